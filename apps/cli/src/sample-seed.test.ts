import { memory } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { beforeAll, expect, it } from 'vitest';
import { awake, largest, run, settings } from '../test/small.js';
import { drawSamples } from './draw-samples.js';
import { between, chanceOf, type Seeds } from './sample-seed.js';

const SIZE = 64;
const SEEDS = [7, 3, 7, 2 ** 40].map((seed) => ({ seed }));

beforeAll(() => wasm().load());

const draw = async (seeds: Seeds, count: number, changed = {}) =>
  (await drawSamples(awake(), run, { ...settings, ...changed }, new Int32Array(count).fill(1), seeds)).values;

it.each(['independentNoise', 'brownianTree'])(
  'each sample of its own seed is the one that a run of that seed alone draws, by %s',
  async (noise) => {
    const together = await draw(SEEDS, SEEDS.length, { noise });
    for (const [i, { seed }] of SEEDS.entries()) {
      const alone = await draw(seed, 1, { noise });
      expect(largest(together.slice(i * SIZE, (i + 1) * SIZE), alone)).toBeLessThan(1e-5);
    }
    expect(largest(together.slice(0, SIZE), together.slice(SIZE, 2 * SIZE))).toBeGreaterThan(0.1);
  },
);

it('its chance is equal to the bit, wherever in a batch, and takes no memory', () => {
  const { process } = awake();
  const request = { from: process.at(1), to: process.at(0.5), index: 3, draw: 1, shape: [1, 5], first: 0 };
  const before = memory().numTensors;
  const of = (seeds: Seeds, first: number) => {
    const { start, noise } = chanceOf(seeds);
    const tensors = [start([1, 5], first), noise({ ...request, first })];
    const values = tensors.map((tensor) => [...tensor.dataSync()]);
    for (const tensor of tensors) tensor.dispose();
    return values;
  };
  for (const [i, { seed }] of SEEDS.entries()) expect(of(SEEDS, i)).toEqual(of(seed, 0));
  expect(memory().numTensors).toBe(before);
});

it('is a path where each of them is one', () => {
  expect(chanceOf(SEEDS, 'brownianTree').noise.path).toBe(true);
  expect(chanceOf(between([1, 2], 3), 'brownianTree').noise.path).toBe(true);
  expect(chanceOf(SEEDS).noise.path).toBeUndefined();
});

it('leads from each seed to the next, a row for each pair, and moves a little with each sample', async () => {
  const seeds = between([5, 6, 9], 9);
  const row = await draw(seeds, seeds.length);
  const at = (i: number) => row.slice(i * SIZE, (i + 1) * SIZE);
  for (const [i, seed] of [
    [0, 5],
    [8, 6],
    [9, 6],
    [17, 9],
  ] as const)
    expect(largest(at(i), await draw(seed, 1))).toBeLessThan(1e-5);
  const distance = (a: number, b: number) => Math.hypot(...at(a).map((value, i) => value - (at(b)[i] ?? Number.NaN)));
  for (let i = 0; i < 8; i++) expect(distance(i, i + 1)).toBeLessThan(distance(0, 8) / 2);
});

it.each([4, [4]])('needs two ends: %j', (seeds) => {
  expect(() => between(seeds, 8)).toThrow(expect.objectContaining({ code: 'interpolation-ends' }));
});
