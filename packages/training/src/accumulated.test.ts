import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { type Differentiate, disposeAll, key, tensorsIn } from '@tweedie/core';
import { beforeAll, expect, test } from 'vitest';
import { data, objective } from '../fixtures/objective.mjs';
import { expectEqual, inputsOf, model, numbersOf } from '../test/gradients.js';
import { accumulated } from './accumulated.js';
import { eager } from './eager.js';
import { train } from './train.js';

beforeAll(() => setBackend('cpu'));

test.each([
  [2, 8],
  [3, 8],
  [4, 5],
  [4, 3],
  [5, 1],
])('%d parts of %d examples give loss, metrics and gradients of the whole, and leak nothing', async (count, size) => {
  const whole = await numbersOf(eager, size);
  const before = memory().numTensors;
  const parts = await numbersOf(accumulated(eager, count), size);
  expect(memory().numTensors).toBe(before);
  expectEqual(parts, whole);
});

test('one part after the other, none larger than its share, each freed before the next', async () => {
  const sizes: number[] = [];
  const tensors: number[] = [];
  const watched: Differentiate = (given) => (inputs) => {
    tensors.push(memory().numTensors);
    sizes.push(tensorsIn(inputs)[0]?.shape[0] ?? 0);
    return eager(given)(inputs);
  };
  await numbersOf(accumulated(watched, 4), 10);
  expect(sizes).toEqual([3, 3, 2, 2]);
  expect(new Set(tensors.slice(1)).size).toBe(1); // beside the sum, nothing is left of those before
});

test('a run ends where one with whole batches does, to rounding', async () => {
  const weights = async (differentiate: Differentiate) => {
    const trained = objective();
    for await (const _ of train({ objective: trained, batches: (from) => data(from), steps: 20, key: key(1), differentiate }));
    return [...trained.parameters.values()].flatMap((variable) => [...variable.dataSync()]);
  };
  const whole = await weights(eager);
  (await weights(accumulated(eager, 4))).forEach((value, i) => {
    expect(value).toBeCloseTo(whole[i] ?? Number.NaN, 4);
  });
});

test('an error in one part is the error of the whole, without leaks', async () => {
  let calls = 0;
  const breaking: Differentiate = (given) => (inputs) => {
    if (++calls === 2) throw new Error('out of order');
    return eager(given)(inputs);
  };
  const inputs = await inputsOf(6);
  const before = memory().numTensors;
  await expect(accumulated(breaking, 3)(model)(inputs)).rejects.toThrow('out of order');
  expect(memory().numTensors).toBe(before);
  disposeAll(inputs);
});

test('one part is the way itself, and none is refused', () => {
  expect(accumulated(eager, 1)).toBe(eager);
  for (const count of [0, -1, 1.5, Number.NaN])
    expect(() => accumulated(eager, count)).toThrow(expect.objectContaining({ code: 'count-not-positive' }));
});
