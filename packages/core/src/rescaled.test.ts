import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { rescaled } from './rescaled.js';

test('each sample is scaled by its own two norms, and nothing is left behind', () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]);
  const over = tensor([3, 0, 0, 4, 0, 0, 5, 12], [2, 2, 2, 1]);
  const under = tensor([0, 2, 0, 0, 0, 0, 0, 13], [2, 2, 2, 1]);
  const before = memory().numTensors;
  const result = rescaled(x, over, under);
  expect(memory().numTensors).toBe(before + 1);
  expect(result.shape).toEqual(x.shape);
  for (const [i, value] of [2.5, 5, 7.5, 10, 5, 6, 7, 8].entries()) expect(result.dataSync()[i]).toBeCloseTo(value, 5);
});

test('no direction to scale is no error', () => {
  expect([...rescaled(ones([1, 3]), ones([1, 3]), zeros([1, 3])).dataSync()]).toEqual([0, 0, 0]);
});
