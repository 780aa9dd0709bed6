import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { cosine } from '../cosine.js';
import { geometric } from '../geometric.js';
import { uniformSigma } from './uniform-sigma.js';

describeGrid('uniformSigma', uniformSigma);

test('steps evenly in sigma', () => {
  const levels = uniformSigma({ sigmaMin: 2, sigmaMax: 10 })(varianceExploding(geometric()), 5);
  [10, 8, 6, 4, 2, 0].forEach((sigma, i) => {
    expect(levels[i]?.sigma).toBeCloseTo(sigma, 12);
  });
});

test('refuses an empty range and an infinite schedule', () => {
  expect(() => uniformSigma({ sigmaMin: 1, sigmaMax: 1 })).toThrow(expect.objectContaining({ code: 'sigma-range-empty' }));
  expect(() => uniformSigma()(variancePreserving(cosine()), 3)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
});
