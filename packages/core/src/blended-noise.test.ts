import '@tensorflow/tfjs-backend-cpu';
import { memory, mul, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { blended, blendedNoise } from './blended-noise.js';
import { brownianTree } from './brownian-tree.js';
import type { Denoiser, NoiseSource, Sampler } from './contracts.js';
import { key } from './key.js';
import { normal } from './normal.js';
import { independentNoise, sample } from './sample.js';

await setBackend('cpu');
const process = forms(linearLogSnr({ min: -6, max: 6 }))['variance preserving'];
const denoiser: Denoiser = (x, { alpha, sigma }) => mul(x, alpha / (alpha ** 2 + sigma ** 2));
/** Ancestral steps: each draws. */
const ancestral: Sampler = {
  step({ from, to, denoise, combine, noise }, x) {
    const denoised = denoise(x, from);
    return { x: combine([to.alpha, denoised], [to.sigma, noise(from, to)]), denoised };
  },
};
const shape = [4, 3];
const run = (start: Tensor, noise: NoiseSource) =>
  sample({ denoiser, process, sampler: ancestral, grid: [1, 0.6, 0.3, 0.1], key: key(9), start, noise });
const ends = [1, 2].map((seed) => ({ start: normal(key(seed), shape), noise: independentNoise(key(seed + 2)) }));
const [one, other] = [ends[0] ?? expect.fail(), ends[1] ?? expect.fail()];
const between = async (share: number) => {
  const x = await run(blended(one.start, other.start, share), blendedNoise(one.noise, other.noise, share));
  return [...x.dataSync()];
};

test('the ends are exactly the two runs, and between them the result moves continuously', async () => {
  expect(await between(0)).toEqual([...(await run(one.start, one.noise)).dataSync()]);
  expect(await between(1)).toEqual([...(await run(other.start, other.noise)).dataSync()]);
  const path = await Promise.all(Array.from({ length: 41 }, (_, i) => between(i / 40)));
  const moved = path.slice(1).map((values, i) => Math.max(...values.map((x, j) => Math.abs(x - (path[i]?.[j] ?? Number.NaN)))));
  expect(Math.max(...moved)).toBeLessThan(0.4);
  expect(Math.min(...moved)).toBeGreaterThan(0);
});

test.each([0.25, 0.5, 0.9])('at %d the variance is 1, half of it from each run in the middle', (share) => {
  const count = 40_000;
  const from = process.at(1);
  const request = { from, to: process.at(0.5), index: 2, draw: 1, shape: [count], first: 0 };
  const [first, second] = [independentNoise(key(5)), independentNoise(key(6))];
  const values = [...blendedNoise(first, second, share)(request).dataSync()];
  const apart = [first, second].map((source) => [...source(request).dataSync()]);
  const product = (a: readonly number[], b: readonly number[] = []) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / count;
  expect(Math.abs(product(values, values) - 1)).toBeLessThan(6 * Math.sqrt(2 / count));
  const shares = apart.map((end) => product(values, end) ** 2);
  expect(Math.abs((shares[0] ?? 0) + (shares[1] ?? 0) - 1)).toBeLessThan(0.05);
  if (share === 0.5) expect(Math.abs((shares[0] ?? 0) - 0.5)).toBeLessThan(0.05);
});

test('between two Brownian paths lies a path, and only there', () => {
  const paths = [brownianTree(key(1)), brownianTree(key(2))] as const;
  const noise = blendedNoise(...paths, 0.3);
  expect(noise.path).toBe(true);
  expect(blendedNoise(paths[0], independentNoise(key(1)), 0.3).path).toBeUndefined();
  // increments add up: the draw of two intervals together follows from the draws of each
  const [a, b, c] = [process.at(0.8), process.at(0.5), process.at(0.3)];
  const increment = (from: typeof a, to: typeof a) => {
    const draw = noise({ from, to, index: 0, draw: 0, shape: [5], first: 0 }).dataSync();
    const length = Math.sqrt(Math.exp(to.logSnr) - Math.exp(from.logSnr));
    return [...draw].map((z) => z * length);
  };
  const [whole, first, second] = [increment(a, c), increment(a, b), increment(b, c)];
  whole.forEach((z, i) => void expect(z).toBeCloseTo((first[i] ?? 0) + (second[i] ?? 0), 4));
});

test('borrows, and leaves exactly the result', () => {
  const before = memory().numTensors;
  const x = blended(one.start, other.start, 0.5);
  const noise = blendedNoise(independentNoise(key(1)), independentNoise(key(2)), 0.5);
  const z = noise({ from: process.at(1), to: process.at(0), index: 0, draw: 0, shape: [2], first: 0 });
  expect(memory().numTensors).toBe(before + 2);
  for (const each of [x, z]) each.dispose();
});

test.each([-0.1, 1.1, Number.NaN])('refuses a share of %d', (share) => {
  const none: NoiseSource = () => tensor([0]);
  const refused = expect.objectContaining({ code: 'share-out-of-range' });
  expect(() => blendedNoise(none, none, share)).toThrow(refused);
  expect(() => blended(tensor([0]), tensor([0]), share)).toThrow(refused);
});
