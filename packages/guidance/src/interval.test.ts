import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tensor, tensor1d } from '@tensorflow/tfjs-core';
import { key, normals } from '@tweedie/core';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { counting, none, steered, towards } from '../test/steered.js';
import { classifierFree } from './classifier-free.js';
import { interval } from './interval.js';

const guidance = () => classifierFree({ scale: 3, without: none() });

describeGuidance<Tensor>('interval', {
  ...steered,
  off: () => interval(guidance(), { sigmaMin: 1, sigmaMax: 1.1 }), // the kit asks at log-SNR −1: a ratio of 1.65
  on: () => interval(guidance(), { sigmaMin: 1, sigmaMax: 2 }),
});

test.each(['variance preserving', 'variance exploding', 'flow'] as const)(
  '%s: the limits are ratios of noise to signal',
  (form) => {
    const process = forms(linearLogSnr({ min: -8, max: 8 }))[form];
    const [x, y] = [tensor(normals(key(2), 6), [3, 2]), tensor(normals(key(9), 6), [3, 2])];
    const { denoiser, calls } = counting(towards);
    const guided = interval(guidance(), { sigmaMin: 0.5, sigmaMax: 2 })(denoiser);
    for (const ratio of [2.01, 1.99, 1, 0.51, 0.49]) {
      const level = process.level(-2 * Math.log(ratio));
      const result = guided(x, level, y).dataSync();
      const inside = ratio > 0.5 && ratio < 2;
      expect(result).toEqual((inside ? guidance()(towards) : towards)(x, level, y).dataSync());
    }
    expect(calls).toEqual([3, 6, 6, 6, 3]); // outside the batch is not doubled
  },
);

test('pure noise is inside if nothing bounds it, clean data never is', () => {
  const { denoiser, calls } = counting(towards);
  const guided = interval(guidance(), {})(denoiser);
  const [x, y] = [tensor(normals(key(2), 2), [1, 2]), tensor(normals(key(9), 2), [1, 2])];
  guided(x, { t: 1, alpha: 0, sigma: 1, logSnr: -Infinity }, y);
  guided(x, { t: 0, alpha: 1, sigma: 0, logSnr: Infinity }, y);
  expect(calls).toEqual([2, 1]);
});

test.each([{ sigmaMin: 2, sigmaMax: 2 }, { sigmaMin: -1 }, { sigmaMax: 0 }, { sigmaMin: Number.NaN }])(
  'an interval without levels is refused: %o',
  (options) => {
    const without = tensor1d([0]);
    expect(() => interval(classifierFree({ scale: 2, without }), options)).toThrow(
      expect.objectContaining({ code: 'interval-empty' }),
    );
  },
);
