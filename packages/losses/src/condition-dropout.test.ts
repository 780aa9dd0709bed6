import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, scalar, setBackend, type Tensor, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { type Key, key, type Objective, uniform } from '@tweedie/core';
import { beforeEach, describe, expect, it } from 'vitest';
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

describe('of several tensors', () => {
  type Both = { readonly label: Tensor; readonly vector: Tensor };
  type Drops = { readonly label: readonly boolean[]; readonly vector: readonly boolean[] };
  const count = 4000;
  const none = (): Both => ({ label: tensor1d([-1], 'int32'), vector: tensor2d([[-1, -1]]) });
  const given = (batch: number): Both => ({ label: zeros([batch], 'int32'), vector: zeros([batch, 2]) });

  /** Tells which samples have lost what. */
  const told: Objective<{ readonly condition: Both }, Drops> = {
    parameters: new Map(),
    prepare: ({ condition: { label, vector } }) => ({
      label: Array.from(label.dataSync(), (value) => value === -1),
      vector: Array.from({ length: vector.shape[0] ?? 0 }, (_, i) => vector.dataSync()[2 * i] === -1),
    }),
    evaluate: () => ({ loss: scalar(0) }),
  };
  const share = (drops: readonly boolean[]) => drops.filter(Boolean).length / drops.length;
  const within = (actual: number, probability: number) =>
    expect(Math.abs(actual - probability)).toBeLessThan(5 * Math.sqrt((probability * (1 - probability)) / count));

  it('drops all of them together with one probability', async () => {
    const { label, vector } = await conditionDropout(told, { probability: 0.2, without: none() }).prepare(
      { condition: given(count) },
      key(1),
    );
    expect(vector).toEqual(label);
    within(share(label), 0.2);
  });

  it('drops each by itself with its own probability', async () => {
    const objective = conditionDropout(told, { probability: { label: 0.3, vector: 0.5 }, without: none() });
    const { label, vector } = await objective.prepare({ condition: given(count) }, key(1));
    within(share(label), 0.3);
    within(share(vector), 0.5);
    within(share(label.map((drop, i) => drop && vector[i] === true)), 0.3 * 0.5);
  });

  it('does both where one is around the other', async () => {
    const each = conditionDropout(told, { probability: { label: 0.3, vector: 0.5 }, without: none() });
    const objective = conditionDropout(each, { probability: 0.2, without: none() });
    const { label, vector } = await objective.prepare({ condition: given(count) }, key(1));
    within(share(label), 0.2 + 0.8 * 0.3);
    within(share(label.map((drop, i) => drop && vector[i] === true)), 0.2 + 0.8 * 0.3 * 0.5);
  });

  it('draws for each name and each sample whatever else there is, and leaves alone what it is not told of', async () => {
    const { label, vector } = none();
    const run = async <Name extends 'label' | 'vector'>(
      without: Readonly<Record<Name, Tensor>>,
      probability: Readonly<Record<Name, number>>,
      batch = 50,
    ) => conditionDropout(told, { probability, without }).prepare({ condition: given(batch) }, key(2));
    const both = await run({ label, vector }, { label: 0.5, vector: 0.5 });
    expect(await run({ vector, label }, { vector: 0.5, label: 0.5 })).toEqual(both);
    expect(await run({ vector }, { vector: 0.5 })).toEqual({ vector: both.vector, label: new Array(50).fill(false) });
    expect((await run({ label, vector }, { label: 0.5, vector: 0.5 }, 7)).label).toEqual(both.label.slice(0, 7));
  });

  it('leaks nothing, and refuses a probability that is none, and a condition that lacks a name', async () => {
    const [without, condition] = [none(), given(3)];
    const before = memory().numTensors;
    await conditionDropout(told, { without }).prepare({ condition }, key(0));
    const { prepare } = conditionDropout(told, { without });
    const lacking = { condition: { label: condition.label } };
    expect(() => Reflect.apply(prepare, undefined, [lacking, key(0)])).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'condition-mismatch' }),
    );
    expect(() => conditionDropout(told, { without, probability: { label: -1, vector: 0 } })).toThrow(
      expect.objectContaining({
        name: 'RangeError',
        code: 'probability-out-of-range',
        message: '`label` must be between 0 and 1, got -1',
      }),
    );
    expect(memory().numTensors).toBe(before);
  });
});
