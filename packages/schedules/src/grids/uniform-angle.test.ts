import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { cosine } from '../cosine.js';
import { geometric } from '../geometric.js';
import { rectifiedFlow } from '../rectified-flow.js';
import { uniformAngle } from './uniform-angle.js';

describeGrid('uniformAngle', uniformAngle);
describeGrid('uniformAngle after a power', () => uniformAngle({ power: 1.5 }));
describeGrid('uniformAngle from pure noise', uniformAngle, { process: linearInterpolant(rectifiedFlow()) });

test('over cosine the times are even, from pure noise to clean data', () => {
  const levels = uniformAngle()(variancePreserving(cosine()), 8);
  levels.forEach(({ t }, i) => {
    expect(t).toBeCloseTo(1 - i / 8, 13);
  });
  expect(levels[0]).toEqual({ t: 1, alpha: 0, sigma: 1, logSnr: -Infinity });
  expect(levels[8]).toEqual({ t: 0, alpha: 1, sigma: 0, logSnr: Infinity });
});

test('starts where a finite schedule does, and steps evenly in angle', () => {
  const sigmas = uniformAngle()(varianceExploding(geometric({ sigmaMin: 0.1, sigmaMax: Math.sqrt(3) })), 4).map(
    ({ sigma }) => sigma,
  );
  [60, 45, 30, 15, 0].forEach((degrees, i) => {
    expect(sigmas[i]).toBeCloseTo(Math.tan((degrees / 180) * Math.PI), 12);
  });
});

test('over cosine a power of two is the quadratic grid', () => {
  const process = variancePreserving(cosine());
  uniformAngle({ power: 2 })(process, 8).forEach(({ t }, i) => {
    expect(t).toBeCloseTo((1 - i / 8) ** 2, 13);
  });
});

test('refuses a power that is not positive', () => {
  expect(() => uniformAngle({ power: 0 })).toThrow('`power` must be positive and finite, got 0');
});

test('refuses to start where sigma is infinite', () => {
  expect(() => uniformAngle()(varianceExploding(cosine()), 4)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
  expect(() => uniformAngle()(variancePreserving(cosine()), 0)).toThrow(expect.objectContaining({ code: 'steps-not-positive' }));
});
