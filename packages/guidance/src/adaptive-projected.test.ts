import '@tensorflow/tfjs-backend-cpu';
import { clone, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, key, normals, type Sampler, sample } from '@tweedie/core';
import { ddim, heun } from '@tweedie/samplers';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { beforeAll, expect, test } from 'vitest';
import { counting, none, steered, towards } from '../test/steered.js';
import { adaptiveProjected } from './adaptive-projected.js';
import { classifierFree } from './classifier-free.js';
import type { GuidanceScale } from './guidance-scale.js';

beforeAll(() => setBackend('cpu'));

describeGuidance<Tensor>('adaptiveProjected', {
  ...steered,
  off: () => adaptiveProjected({ scale: 1, without: none() }),
  on: () => adaptiveProjected({ scale: 4, without: none(), threshold: 0.5 }),
});

const process = forms(linearLogSnr({ min: -8, max: 8 })).flow;
const level = process.level(0);
const shape: [number, number, number] = [3, 2, 4];
const [given, without] = [1, 2].map((seed) => normals(key(seed), 24)) as [Float32Array, Float32Array];
/** The denoiser answers with its condition. */
const answering: Denoiser<Tensor> = (_, __, condition) => clone(condition);
const guided = (options: Omit<Parameters<typeof adaptiveProjected<Tensor>>[0], 'without'>) => {
  const y = tensor(given, shape);
  return adaptiveProjected({ ...options, without: tensor(without, shape) })(answering)(y, level, y).dataSync();
};
/** What is added to the conditional estimate, by sample. */
const added = (result: ArrayLike<number>) =>
  [0, 1, 2].map((i) => Array.from({ length: 8 }, (_, j) => (result[8 * i + j] ?? 0) - (given[8 * i + j] ?? 0)));
const norm = (values: readonly number[]) => Math.hypot(...values);

test('all of the parallel part and nothing else is classifier-free guidance, in one call', () => {
  const [x, y] = [tensor(normals(key(2), 6), [3, 2]), tensor(normals(key(9), 6), [3, 2])];
  for (const scale of [0, 0.5, 2, 8]) {
    const { denoiser, calls } = counting(towards);
    const projected = adaptiveProjected({ scale, without: none(), eta: 1, momentum: 0 })(denoiser)(x, level, y).dataSync();
    const plain = classifierFree({ scale, without: none() })(towards)(x, level, y).dataSync();
    projected.forEach((value, i) => void expect(value).toBeCloseTo(plain[i] ?? Number.NaN, 5));
    expect(calls).toEqual([6]);
  }
});

test('by default the update is orthogonal to the conditional estimate, in every sample', () => {
  for (const [i, update] of added(guided({ scale: 5 })).entries()) {
    const estimate = Array.from(given.subarray(8 * i, 8 * i + 8));
    const cosine = update.reduce((sum, value, j) => sum + value * (estimate[j] ?? 0), 0) / (norm(update) * norm(estimate));
    expect(cosine).toBeCloseTo(0, 6);
    expect(norm(update)).toBeGreaterThan(1);
  }
});

test('the update is no longer than the threshold, and as it was where it is shorter', () => {
  const free = added(guided({ scale: 2, eta: 1 })).map(norm);
  const threshold = ([...free].sort((a, b) => a - b)[1] ?? 0) * 0.999; // two samples are above
  added(guided({ scale: 2, eta: 1, threshold })).forEach((update, i) => {
    expect(norm(update)).toBeCloseTo(Math.min(free[i] ?? Number.NaN, threshold), 4);
  });
});

/** How often the plain update is taken in each evaluation, in the order of a run. */
async function shares(sampler: Sampler, scale: GuidanceScale = 3): Promise<number[]> {
  const guidance = adaptiveProjected({ scale, without: tensor([[1, -0.5]]), eta: 1, momentum: -0.5 });
  const seen: number[] = [];
  const denoiser: Denoiser<Tensor> = (...asked) => {
    const result = guidance(answering)(...asked);
    seen.push(((result.dataSync()[0] ?? Number.NaN) - 2) / 2); // (scale − 1)·Δ = 2
    return result;
  };
  const grid = () => [-3, -1, 1, 3].map(process.level);
  const condition = tensor([[2, -1]]);
  await sample({ denoiser, process, sampler, grid, steps: 3, key: key(0), start: [1, 2], condition });
  return seen;
}

test('momentum adds up from one evaluation to the next, over the steps', async () => {
  // Δ is the same everywhere, so the sums are 1, 1 − 1/2, 1 − 1/2 + 1/4, …
  expect(await shares(ddim())).toEqual([1, 0.5, 0.75]);
  expect(await shares(heun())).toEqual([1, 0.5, 0.75, 0.625, 0.6875, 0.65625]);
});

test('momentum starts anew after a step without guidance, and is none outside of a run', async () => {
  expect(await shares(ddim(), ({ logSnr }) => (logSnr === -1 ? 1 : 3))).toEqual([1, 0, 1]);
  expect(guided({ scale: 2, momentum: -0.5 })).toEqual(guided({ scale: 2, momentum: 0 }));
});

test('an estimate of zeros has no direction, and nothing is lost', () => {
  const result = tidy(() => {
    const y = tensor([[0, 0]]);
    return adaptiveProjected({ scale: 3, without: tensor([[1, 2]]), threshold: 10 })(answering)(y, level, y).dataSync();
  });
  expect([...result]).toEqual([-2, -4]);
});

test.each([
  [{ eta: Number.NaN }, 'eta-not-finite'],
  [{ momentum: Infinity }, 'momentum-not-finite'],
  [{ threshold: 0 }, 'threshold-not-positive'],
  [{ threshold: Number.NaN }, 'threshold-not-positive'],
])('%o is refused', (options, code) => {
  expect(() => adaptiveProjected({ scale: 2, without: tensor([0]), ...options })).toThrow(expect.objectContaining({ code }));
});
