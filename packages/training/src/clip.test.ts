import '@tensorflow/tfjs-backend-cpu';
import { memory, mul, scalar, setBackend, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { clipFactor, globalNorm } from './clip.js';

beforeAll(() => setBackend('cpu'));

describe('clipping by global norm', () => {
  test('the norm is over all gradients together', () => {
    const gradients = { a: tensor1d([3, 0]), b: tensor2d([[4], [12]]) };
    const before = memory().numTensors;
    const norm = globalNorm(gradients);
    expect(memory().numTensors - before).toBe(1);
    expect(norm.dataSync()[0]).toBeCloseTo(13, 5);
    expect(norm.shape).toEqual([]);
  });

  test.each([
    [13, 1, 1],
    [13, 20, 13],
    [0, 1, 0],
  ])('a norm of %d is brought to %d at most: %d', (norm, limit, expected) => {
    const clipped = tidy(() => mul(scalar(norm), clipFactor(scalar(norm), limit)));
    expect(clipped.dataSync()[0]).toBeCloseTo(expected, 5);
  });

  test('no gradients have no norm', () => {
    expect(globalNorm({}).dataSync()[0]).toBe(0);
  });
});
