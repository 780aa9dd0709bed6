import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { brownianPath } from './brownian-path.js';
import { brownianTree } from './brownian-tree.js';
import type { NoiseLevel, Sampler } from './contracts.js';
import { key } from './key.js';
import { sample } from './sample.js';

beforeAll(() => setBackend('cpu'));

const at = (t: number): NoiseLevel => ({ t, alpha: 1, sigma: t, logSnr: -2 * Math.log(t) });
const request = { from: at(2), to: at(0.5), index: 3, draw: 1 };
const numbers = (tensor: Tensor) => {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
};

it('is the path of each element, in float32, and leaves exactly its result', () => {
  const tree = brownianTree(key(1));
  const before = memory().numTensors;
  const noise = tree({ ...request, shape: [3, 2, 2], first: 0 });
  expect(memory().numTensors).toBe(before + 1);
  expect(noise.shape).toEqual([3, 2, 2]);
  expect(noise.dtype).toBe('float32');
  expect(numbers(noise)).toEqual(Float32Array.from(brownianPath(key(1))(request, 12)));
  expect(tree.path).toBe(true);
});

it('gives sample i the same path in every batch', () => {
  const tree = brownianTree(key(2));
  const whole = numbers(tree({ ...request, shape: [4, 2, 3], first: 0 }));
  expect(numbers(tree({ ...request, shape: [1, 2, 3], first: 0 }))).toEqual(whole.slice(0, 6));
  expect(numbers(tree({ ...request, shape: [3, 2, 3], first: 1 }))).toEqual(whole.slice(6));
});

it('makes a walk end at the same place on every grid, where independent draws do not', async () => {
  // Of no data: s·x is the path itself, which a run on any grid adds up.
  const walk: Sampler = {
    step({ from, to, combine, noise }, x) {
      const next = combine(
        [(to.sigma / from.sigma) ** 2, x],
        [to.sigma * Math.sqrt(-Math.expm1(from.logSnr - to.logSnr)), noise(from, to)],
      );
      return { x: next, denoised: x };
    },
  };
  const end = async (grid: readonly number[], noise?: ReturnType<typeof brownianTree>) =>
    numbers(
      await sample({
        denoiser: (x) => x,
        process: {
          at,
          level: () => at(1),
          drift: () => 0,
          diffusion: () => 0,
          schedule: { logSnr: () => 0, time: () => 0, slope: () => 0 },
        },
        sampler: walk,
        grid,
        key: key(3),
        start: [2, 3],
        ...(noise && { noise }),
      }),
    );
  const apart = async (noise?: ReturnType<typeof brownianTree>) => {
    const [coarse, fine] = [await end([3, 0.2], noise), await end([3, 2.5, 1.9, 1, 0.9, 0.4, 0.3, 0.2], noise)];
    return Math.max(...coarse.map((x, i) => Math.abs(x - (fine[i] ?? Number.NaN))));
  };
  expect(await apart(brownianTree(key(4)))).toBeLessThan(1e-6);
  expect(await apart()).toBeGreaterThan(0.05);
});
