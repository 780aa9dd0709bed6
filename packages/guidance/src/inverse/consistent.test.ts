import '@tensorflow/tfjs-backend-cpu';
import { clone, setBackend, sub, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type Denoiser, key, normal } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { averaged } from './averaged.js';
import { blurred } from './blurred.js';
import { composed } from './composed.js';
import { consistent } from './consistent.js';
import { gaussianKernel } from './gaussian-kernel.js';
import { masked } from './masked.js';

await setBackend('cpu');
const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);
const mixture = gaussianMixture({
  means: [
    [1, 1],
    [-1, 0.5],
  ],
  covariances: [0.3, 0.1],
});
const half = { operator: masked(tensor([1, 0])), measurement: tensor([[0.5, 0]]) };

describeGuidance<undefined>('consistent', {
  off: () => consistent({ ...half, scale: 0 }),
  on: () => consistent(half),
  denoiser: mixtureDenoiser(mixture),
  condition: () => undefined,
  plain: () => undefined,
});

/** Says the same whatever it is given. */
const saying =
  (x0: Tensor): Denoiser =>
  () =>
    clone(x0);
const mask = tensor(
  Array.from({ length: 36 }, (_, i) => i % 3),
  [6, 6, 1],
);
const kernel = gaussianKernel({ deviation: 0.7, size: 3 });

test.each([
  ['inpainting', masked(mask), 1e-6],
  ['super-resolution', averaged(3), 1e-6],
  ['deblurring', blurred(kernel, { boundary: 'circular' }), 1e-4],
  ['a blur in part', composed(masked(mask), blurred(kernel)), 1e-4],
  ['a blur, seen coarsely', composed(averaged(2), blurred(kernel)), 1e-4],
] as const)('%s: the estimate has the measurement, and changes no more than it must', (_, operator, tolerance) => {
  const [truth, x0] = [normal(key(1), [2, 6, 6, 1]), normal(key(2), [2, 6, 6, 1])];
  const measurement = operator.apply(truth);
  const guidance = consistent({ operator, measurement, iterations: 60 });
  const result = guidance(saying(x0))(x0, level, undefined);
  const largest = (of: Tensor) => Math.max(...of.dataSync().map(Math.abs));
  expect(largest(sub(operator.apply(result), measurement))).toBeLessThan(tolerance);
  // a projection: once is enough, and what could have been measured differently is as it was
  const again = guidance(saying(result))(x0, level, undefined);
  expect(largest(sub(again, result))).toBeLessThan(100 * tolerance);
  const other = sub(truth, guidance(saying(truth))(x0, level, undefined));
  expect(largest(other)).toBeLessThan(100 * tolerance);
});

test('of all that agree it is the nearest: the change is orthogonal to what the measurement cannot see', () => {
  const x0 = normal(key(3), [1, 4, 4, 1]);
  const measurement = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const change = sub(consistent({ operator: averaged(2), measurement })(saying(x0))(x0, level, undefined), x0).dataSync();
  // unseen: one pixel more and its neighbour less
  for (const i of [0, 2, 8, 10]) expect((change[i] ?? 0) - (change[i + 1] ?? 1)).toBeCloseTo(0, 6);
});

test('halfway is halfway', () => {
  const x = tensor([[0.2, 0.4]]);
  const half0 = consistent({ ...half, scale: 0.5 })(saying(x))(x, level, undefined).dataSync();
  expect(half0[0]).toBeCloseTo(0.35, 6);
  expect(half0[1]).toBeCloseTo(0.4, 6);
});

test.each([
  ['scale-not-finite', { scale: Number.NaN }],
  ['iterations-not-positive', { iterations: 0 }],
])('refuses by name: %s', (code, options) => {
  expect(() => consistent({ ...half, ...options })).toThrow(expect.objectContaining({ code }));
});

test.each([[[1, 3]], [[3, 2]], [[2]]])('refuses a measurement of shape [%s] for two samples of two numbers', (shape) => {
  const x = tensor([0, 0, 0, 0], [2, 2]);
  const guided = consistent({ operator: masked(tensor([1, 0])), measurement: normal(key(1), shape) })(saying(x));
  expect(() => guided(x, level, undefined)).toThrow(expect.objectContaining({ code: 'measurement-mismatch' }));
});
