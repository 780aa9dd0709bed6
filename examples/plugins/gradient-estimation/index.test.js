import {
  describeSampler,
  forms,
  linearLogSnr,
  mixtureDenoiser,
  probabilityFlow,
  samplePlain,
  threeGaussians,
} from '@tweedie/testing';
import { expect, test } from 'vitest';
import { gradientEstimation } from './index.js';

const promises = { order: 1, evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true };
describeSampler('gradientEstimation', gradientEstimation, promises);
describeSampler('gradientEstimation({ gamma: 1 })', () => gradientEstimation({ gamma: 1 }), promises);

test('with gamma 1.5 and equal steps in sigma/alpha it is the second-order method of Adams and Bashforth: half the step, a quarter of the error', () => {
  const process = forms(linearLogSnr({ min: -8, max: 8 })).flow;
  const denoiser = mixtureDenoiser(threeGaussians);
  const at = (ratio) => process.level(-2 * Math.log(ratio));
  const start = Float64Array.of(0.9, -0.4);
  const truth = probabilityFlow({ denoiser, process, from: at(4), to: at(0.5), start });
  const miss = (steps) => {
    const levels = Array.from({ length: steps + 1 }, (_, i) => at(4 - (3.5 * i) / steps));
    const x = samplePlain({ denoiser, process, sampler: gradientEstimation({ gamma: 1.5 }), levels, start }).at(-1).x;
    return Math.hypot(x[0] - truth[0], x[1] - truth[1]);
  };
  expect(miss(100) / miss(200)).toBeGreaterThan(3.5);
  expect(miss(100) / miss(200)).toBeLessThan(4.5);
});

test('refuses a gamma below 1', () => {
  expect(() => gradientEstimation({ gamma: 0.5 })).toThrow('`gamma` must be from 1, got 0.5');
});
