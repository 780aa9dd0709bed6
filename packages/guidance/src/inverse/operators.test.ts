import '@tensorflow/tfjs-backend-cpu';
import { add, memory, mul, ones, setBackend, sum, type Tensor, tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { key, normal } from '@tweedie/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averaged } from './averaged.js';
import { blurred } from './blurred.js';
import { composed } from './composed.js';
import { gaussianKernel } from './gaussian-kernel.js';
import type { LinearOperator } from './linear-operator.js';
import { masked } from './masked.js';

await setBackend('cpu');

const skewed = [
  [1, 2, -1],
  [0, 0.5, 3],
  [-2, 1, 0.25],
];
const half = Array.from({ length: 6 * 4 }, (_, i) => (i * 7) % 3);
const operators: Readonly<Record<string, () => LinearOperator>> = {
  masked: () => masked(tensor(half, [6, 4, 1])),
  averaged: () => averaged(2),
  'averaged, by 1': () => averaged(1),
  'blurred, zeros outside': () => blurred(skewed),
  'blurred, circular': () => blurred(skewed, { boundary: 'circular' }),
  'blurred, wide': () => blurred(gaussianKernel({ deviation: 1.1, size: 7 }), { boundary: 'circular' }),
  'a blur, seen coarsely': () => composed(averaged(2), blurred(skewed)),
  'a blur, seen in part': () => composed(masked(tensor(half, [6, 4, 1])), blurred(gaussianKernel({ deviation: 0.8 }))),
};
const dot = (a: Tensor, b: Tensor) => tidy(() => sum(mul(a, b), [1, 2, 3]).dataSync());
const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number) =>
  Array.from(a).forEach((value, i) => void expect(Math.abs(value - (b[i] ?? Number.NaN))).toBeLessThan(tolerance));

describe.each(Object.entries(operators))('%s', (_, make) => {
  const shape = [3, 6, 4, 2];

  test('is linear, and its adjoint is one, for each sample', () => {
    const { apply, adjoint } = make();
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: -3, max: 3, noNaN: true }), (seed, factor) => {
        tidy(() => {
          const [x, other] = [normal(key(seed), shape), normal(key(seed + 1), shape)];
          const y = normal(key(seed + 2), apply(x).shape);
          close(dot(apply(x), y), dot(x, adjoint(y)), 2e-4);
          const together = apply(add(mul(x, factor), other));
          close(together.dataSync(), add(mul(apply(x), factor), apply(other)).dataSync(), 1e-4);
        });
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  test('borrows its input and leaves exactly the result', () => {
    const { apply, adjoint } = make();
    const x = normal(key(1), shape);
    const before = memory().numTensors;
    const y = apply(x);
    const back = adjoint(y);
    expect(memory().numTensors).toBe(before + 2);
    expect(back.shape).toEqual(shape);
    for (const each of [y, back]) each.dispose();
    expect([...x.dataSync()]).toEqual([...normal(key(1), shape).dataSync()]);
  });
});

test.each(Object.entries(operators).flatMap(([name, make]) => (make().gram === undefined ? [] : [[name, make] as const])))(
  'A·Aᵀ is a number on what it gives: %s',
  (_, make) => {
    const { apply, adjoint, gram = Number.NaN } = make();
    const y = apply(normal(key(1), [3, 6, 4, 2]));
    close(apply(adjoint(y)).dataSync(), mul(y, gram).dataSync(), 1e-6);
  },
);

test('a mask is 0 or not: what is not is kept as it is, the same in every channel', () => {
  const mask = tensor([0, 1, 0.5, -3], [2, 2, 1], 'float32');
  const kept = masked(mask).apply(tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]));
  expect([...kept.dataSync()]).toEqual([0, 0, 3, 4, 5, 6, 7, 8]);
});

test('squares of pixels are averaged in each channel', () => {
  const x = tensor(
    Array.from({ length: 16 }, (_, i) => i),
    [1, 4, 4, 1],
  );
  expect([...averaged(2).apply(x).dataSync()]).toEqual([2.5, 4.5, 10.5, 12.5]);
  expect([...averaged(4).apply(x).dataSync()]).toEqual([7.5]);
});

test('one pixel is blurred to the kernel turned by 180°; a border loses light to zeros and none to the other side', () => {
  const point = (at: number) =>
    tensor(
      Array.from({ length: 25 }, (_, i) => (i === at ? 1 : 0)),
      [1, 5, 5, 1],
    );
  const seen = [...blurred(skewed).apply(point(12)).dataSync()];
  expect([seen[6], seen[8], seen[12], seen[16], seen[18]]).toEqual([0.25, -2, 0.5, -1, 1]);
  const total = (x: Tensor) => sum(x).dataSync()[0] ?? Number.NaN;
  const kernel = gaussianKernel({ deviation: 0.9 });
  expect(total(blurred(kernel, { boundary: 'circular' }).apply(point(0)))).toBeCloseTo(1, 6);
  expect(total(blurred(kernel).apply(point(0)))).toBeLessThan(0.6);
  const flat = ones([1, 7, 7, 1]);
  close(blurred(kernel, { boundary: 'circular' }).apply(flat).dataSync(), flat.dataSync(), 1e-6);
});

test('a Gaussian kernel has sum 1, the variance asked for and a round shape', () => {
  const kernel = gaussianKernel({ deviation: 2, size: 25 });
  const moment = (weight: (i: number, j: number) => number) =>
    kernel.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * weight(i - 12, j - 12), 0), 0);
  expect(moment(() => 1)).toBeCloseTo(1, 12);
  expect(moment((i) => i * i)).toBeCloseTo(4, 6);
  expect(moment((_, j) => j * j)).toBeCloseTo(4, 6);
  expect(moment((i, j) => i * j)).toBeCloseTo(0, 12);
  expect(kernel[12 + 3]?.[12 + 4]).toBeCloseTo(kernel[12]?.[12 + 5] ?? Number.NaN, 12); // 3² + 4² = 5²
  expect(gaussianKernel({ deviation: 1 }).length).toBe(7);
});

test.each([
  ['factor-not-positive', () => averaged(0)],
  ['factor-not-positive', () => averaged(1.5)],
  ['size-indivisible', () => averaged(4).apply(ones([1, 6, 4, 1]))],
  ['not-an-image-batch', () => averaged(2).apply(ones([6, 4]))],
  ['kernel-not-odd', () => blurred([[1, 2]])],
  ['kernel-not-odd', () => blurred([])],
  ['kernel-not-finite', () => blurred([[Number.NaN]])],
  ['deviation-not-positive', () => gaussianKernel({ deviation: 0 })],
  ['kernel-not-odd', () => gaussianKernel({ deviation: 1, size: 4 })],
])('refuses by name: %s', (code, make) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
