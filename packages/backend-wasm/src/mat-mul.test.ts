import { fused, matMul, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSame, random, setUp } from '../test/compare.js';

beforeAll(() => setUp());

// biome-ignore format: a table of left and right batches and m, k, n
const cases = [
  [[], [], 1, 1, 1], [[], [], 5, 7, 3], [[], [], 70, 33, 17], [[3], [3], 8, 4, 8], [[3], [3], 9, 5, 6], [[4], [1], 6, 10, 11], [[1], [4], 6, 10, 11],
  [[2, 3], [2, 3], 7, 4, 2], [[2, 3], [], 7, 4, 9], [[2, 3], [1, 3], 4, 4, 4], [[4, 1], [4], 3, 2, 5],
  [[], [], 8, 300, 16], [[2], [2], 1, 50, 70], [[], [], 3, 20, 37], [[3], [1], 4, 5, 8], [[2], [2], 8, 9, 12], [[], [], 4, 30, 4],
] as const;

describe.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const)('products, transposed %s, %s', (transposeA, transposeB) => {
  it.each(cases)('batches %j and %j, %d x %d by %d', (left, right, m, k, n) =>
    expectSame(() => {
      const a = random([...left, ...(transposeA ? [k, m] : [m, k])], 1);
      const b = random([...right, ...(transposeB ? [n, k] : [k, n])], 2);
      return matMul(a, b, transposeA, transposeB);
    }),
  );
});

it('adds a bias, and leaves activations to tfjs', () =>
  expectSame(() => {
    const [a, b] = [random([5, 9], 1) as Tensor2D, random([9, 13], 2) as Tensor2D];
    const bias = random([13], 3) as Tensor1D;
    return [fused.matMul({ a, b, bias }), fused.matMul({ a, b, bias, activation: 'relu' })];
  }));
