import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type Grid, key, type NoiseLevel, sample, sampleSteps } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { ddim, ddpm, dpmpp2m, restarted } from '@tweedie/samplers';
import { uniformLogSnr } from '@tweedie/schedules';
import { describeGrid, forms, linearLogSnr } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repainting } from './repainting.js';
import { replaced } from './replaced.js';

await setBackend('cpu');
const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
const mixture = gaussianMixture({
  means: [
    [1, 1],
    [-1, -1],
  ],
  covariances: [0.2, 0.2],
});
const denoiser = mixtureDenoiser(mixture);
const [image, mask] = [tensor([[1, 99]]), tensor([[1, 0]])];
const run = { denoiser, process, grid: uniformLogSnr(), steps: 20, key: key(3) };
const numbers = (x: Tensor) => [...x.dataSync()];

test('clean data have exactly the given pixels', async () => {
  const result = numbers(await sample({ ...run, sampler: replaced(dpmpp2m(), { image, mask }), start: [5, 2] }));
  expect(result.filter((_, i) => i % 2 === 0)).toEqual([1, 1, 1, 1, 1]);
  for (const free of result.filter((_, i) => i % 2 === 1)) expect(Math.abs(free)).toBeLessThan(4);
});

test('a mask of nothing changes nothing; a mask of everything gives the image, one for each sample too', async () => {
  const images = tensor([
    [1, 2],
    [3, 4],
  ]);
  const plainly = await sample({ ...run, sampler: ddpm(), start: [2, 2] });
  const nothing = replaced(ddpm(), { image: images, mask: tensor([[0, 0]]) });
  expect(numbers(await sample({ ...run, sampler: nothing, start: [2, 2] }))).toEqual(numbers(plainly));
  const everything = replaced(ddpm(), { image: images, mask: tensor([0.5, 1]) });
  expect(numbers(await sample({ ...run, sampler: everything, start: [2, 2] }))).toEqual([1, 2, 3, 4]);
});

test('on the way the known pixels have the mean and the noise of their level', async () => {
  const count = 4000;
  const steps = sampleSteps({ ...run, steps: 4, sampler: replaced(ddim(), { image, mask }), start: [count, 2] });
  for await (const { level, x } of steps) {
    const known = numbers(x).filter((_, i) => i % 2 === 0);
    const mean = known.reduce((sum, value) => sum + value, 0) / count;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    expect(Math.abs(mean - level.alpha)).toBeLessThanOrEqual((6 * level.sigma) / Math.sqrt(count));
    expect(Math.abs(variance - level.sigma ** 2)).toBeLessThanOrEqual(6 * level.sigma ** 2 * Math.sqrt(2 / count));
  }
});

test('resampling: once is plain replacement; more brings the parts to agree, exactly known all the same', async () => {
  const wrong = (of: readonly number[]) => of.filter((value, i) => i % 2 === 1 && value < 0).length / (of.length / 2);
  const sampler = replaced(ddpm(), { image, mask });
  const many = { ...run, steps: 40, start: [600, 2] };
  const repainted = (times: number) => {
    const grid = repainting(uniformLogSnr(), { length: 5, times });
    return sample({ ...many, sampler: restarted(sampler), grid }).then(numbers);
  };
  const once = numbers(await sample({ ...many, sampler }));
  expect(await repainted(1)).toEqual(once);
  const four = await repainted(4);
  expect(wrong(once)).toBeGreaterThan(0.06); // next to y = 1 the exact share is 5e-5
  expect(wrong(four)).toBeLessThan(0.04);
  expect(four.every((value, i) => i % 2 === 1 || value === 1)).toBe(true);
});

test('leaves nothing behind', async () => {
  const before = memory().numTensors;
  const grid = repainting(uniformLogSnr(), { length: 2, times: 2 });
  const result = await sample({
    ...run,
    steps: 6,
    sampler: restarted(replaced(dpmpp2m(), { image, mask })),
    grid,
    start: [2, 2],
  });
  expect(memory().numTensors).toBe(before + 1);
  result.dispose();
});

describeGrid('repainting once', () => repainting(uniformLogSnr(), { times: 1 }));

test('jumps go up by `length` steps, and those steps are taken `times` times, never from clean data', () => {
  const small = { min: 1, max: 12 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer(small), fc.integer(small), (steps, length, times) => {
      const grid: Grid = (given, n) => uniformLogSnr()(given, n);
      const levels = grid(process, steps);
      const path = repainting(grid, { length, times })(process, steps);
      const place = ({ logSnr }: NoiseLevel) => levels.findIndex((level) => level.logSnr === logSnr);
      const moves = path.slice(1).map((level, i) => place(level) - place(path[i] ?? level));
      const up = moves.filter((move) => move < 0);
      expect(new Set([...moves, 1, -length])).toEqual(new Set([1, -length]));
      expect(up.length).toBe((times - 1) * Math.floor((steps - 1) / length));
      expect(moves.filter((move) => move === 1).length).toBe(steps + length * up.length);
      expect(path.filter(({ logSnr }) => logSnr === Infinity).length).toBe(1);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test('the schedule of the paper, 250 steps with jumps of 10 taken 10 times, has 24 places to jump from', () => {
  const path = repainting(uniformLogSnr())(process, 250);
  const jumps = path.filter(({ logSnr }, i) => logSnr < (path[i - 1]?.logSnr ?? -Infinity)).length;
  expect(jumps).toBe(24 * 9);
  expect(path.length - 1 - jumps).toBe(250 + 24 * 9 * 10);
});

test.each([
  ['length-not-positive', { length: 0 }],
  ['times-not-positive', { times: 1.5 }],
])('refuses by name: %s', (code, options) => {
  expect(() => repainting(uniformLogSnr(), options)).toThrow(expect.objectContaining({ code }));
});
