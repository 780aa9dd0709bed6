import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tensor } from '@tensorflow/tfjs-core';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { steered } from '../test/steered.js';
import { thresholded } from './thresholded.js';

describeGuidance<Tensor>('thresholded', {
  ...steered,
  off: () => thresholded({ low: -Infinity, high: Infinity }),
  on: () => thresholded({ low: -0.1, high: 0.2 }),
});

test('what lies outside moves to the limit, the rest stays', () => {
  const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);
  const estimate = () => tensor([[-3, -1, -0.5, 0, 0.75, 1, 1.5]]);
  const x = tensor([[0]]);
  expect([...thresholded()(estimate)(x, level, undefined).dataSync()]).toEqual([-1, -1, -0.5, 0, 0.75, 1, 1]);
  expect([...thresholded({ low: 0 })(estimate)(x, level, undefined).dataSync()]).toEqual([0, 0, 0, 0, 0.75, 1, 1]);
});

test.each([{ low: 1 }, { low: 2, high: 0 }, { high: Number.NaN }])('limits without room are refused: %o', (options) => {
  expect(() => thresholded(options)).toThrow(expect.objectContaining({ code: 'threshold-range-empty' }));
});
