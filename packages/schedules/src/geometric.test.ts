import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { geometric } from './geometric.js';

describeSchedule('geometric', geometric);

test('the ratio of geometric doubles in equal times', () => {
  const { logSnr } = geometric({ sigmaMin: 0.25, sigmaMax: 64 });
  const sigmas = Array.from({ length: 9 }, (_, i) => Math.exp(-logSnr(i / 8) / 2));
  [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64].forEach((sigma, i) => {
    expect(sigmas[i]).toBeCloseTo(sigma, 12);
  });
});

test('geometric refuses an empty range', () => {
  expect(() => geometric({ sigmaMin: 0 })).toThrow(expect.objectContaining({ code: 'sigma-range-empty' }));
  expect(() => geometric({ sigmaMin: 2, sigmaMax: 2 })).toThrow('below `sigmaMax`, got 2 and 2');
});
