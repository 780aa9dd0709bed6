import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, scalar, setBackend, type Tensor, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { type Key, key, type Objective, uniform } from '@tweedie/core';
import { beforeEach, expect, it } from 'vitest';
import { conditionDropout } from './index.js';

beforeEach(() => setBackend('cpu'));

/** An objective that hands on a copy of its condition. */
const plain: Objective<{ readonly condition: Tensor }, number[]> = {
  parameters: new Map(),
  prepare: ({ condition }, [first]) => [first, ...condition.dataSync()],
  evaluate: () => ({ loss: scalar(0) }),
};

it.each(['cpu', 'wasm'])('drops conditions with the given probability on %s', async (backend) => {
  if (backend === 'wasm') await wasm().load();
  const condition = tensor1d(
    Array.from({ length: 4000 }, (_, i) => i % 10),
    'int32',
  );
  const objective = conditionDropout(plain, { probability: 0.25, without: tensor1d([10], 'int32') });
  const [first, ...kept] = (await objective.prepare({ condition }, key(7))) ?? [];
  expect(first).toBe(key(7)[0]);
  expect(kept.every((label, i) => label === i % 10 || label === 10)).toBe(true);
  expect(Math.abs(kept.filter((label) => label === 10).length - 1000)).toBeLessThan(100); // 3.6 deviations
});

it('drops a condition of several axes as a whole, whatever the batch around it', async () => {
  const pairs = (count: number) => Array.from({ length: count }, (_, i) => [i, i + 100]);
  const objective = conditionDropout(plain, { probability: 0.5, without: tensor2d([[7, 8]]) });
  const run = async (count: number) => (await objective.prepare({ condition: tensor2d(pairs(count)) }, key(3))).slice(1);
  const all = await run(40);
  pairs(40).forEach((pair, i) => {
    expect([pair, [7, 8]]).toContainEqual(all.slice(2 * i, 2 * i + 2));
  });
  expect(await run(3)).toEqual(all.slice(0, 6));
});

it('has draws of its own: none that the objective makes from the same key', async () => {
  const drawing = {
    ...plain,
    prepare: (batch: { readonly condition: Tensor }, from: Key) => {
      const draws = uniform(from, 200);
      return Array.from(batch.condition.dataSync(), (dropped, i) => (dropped === 1 ? (draws[i] ?? 0) : 0));
    },
  };
  const dropped = await conditionDropout(drawing, { probability: 0.1, without: ones([1]) }).prepare(
    { condition: zeros([200]) },
    key(5),
  );
  expect(Math.max(...dropped)).toBeGreaterThan(0.3); // of some twenty, uniform on (0, 1)
});

it('keeps or drops all at the ends, and leaks nothing', async () => {
  const condition = tensor1d([1, 2, 3]);
  const without = zeros([1]);
  const before = memory().numTensors;
  const run = (probability: number) => conditionDropout(plain, { probability, without }).prepare({ condition }, key(0));
  expect((await run(0)).slice(1)).toEqual([1, 2, 3]);
  expect((await run(1)).slice(1)).toEqual([0, 0, 0]);
  const failing = { ...plain, prepare: () => Promise.reject(new Error('no')) };
  await expect(conditionDropout(failing, { without }).prepare({ condition }, key(0))).rejects.toThrow('no');
  expect(memory().numTensors).toBe(before);
});

it('refuses what is no probability', () => {
  const make = () => conditionDropout(plain, { probability: 1.5, without: zeros([1]) });
  expect(make).toThrow(expect.objectContaining({ code: 'probability-out-of-range' }));
});
