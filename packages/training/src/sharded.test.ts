import '@tensorflow/tfjs-backend-cpu';
import { memory, type Scalar, scalar, setBackend, type Tensor1D, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { type Differentiate, disposeAll, type Gradients, type Objective } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { objective } from '../fixtures/objective.mjs';
import { expectEqual, inputsOf, model, numbersOf } from '../test/gradients.js';
import { eager } from './eager.js';
import { remote, serveGradients } from './remote.js';
import { sharded } from './sharded.js';

beforeAll(() => setBackend('cpu'));

/** A worker in this thread: the same messages through a real port, without the threads. */
function nearby() {
  const { port1, port2 } = new MessageChannel();
  serveGradients(port2, objective());
  return { differentiate: remote(port1), close: () => port1.close() };
}

describe('sharded', () => {
  test.each([
    [2, 8],
    [3, 8],
    [4, 5],
    [4, 3],
  ])('%d parts of %d examples give the gradients of the whole', async (parts, size) => {
    const whole = await numbersOf(eager, size);
    const cut = await numbersOf(sharded(Array.from({ length: parts }, () => eager)), size);
    expectEqual(cut, whole);
  });

  test('to the bit the same wherever the parts are computed, and from run to run', async () => {
    const [near, far] = [nearby(), nearby()];
    const local = await numbersOf(sharded([eager, eager, eager]), 7);
    const before = memory().numTensors;
    for (const parts of [
      [eager, near.differentiate, far.differentiate],
      [near.differentiate, eager, eager],
      [eager, eager, eager],
    ])
      expect(await numbersOf(sharded(parts), 7)).toEqual(local);
    expect(memory().numTensors).toBe(before);
    near.close();
    far.close();
  });

  test('workers get their part before the local one begins', async () => {
    const order: string[] = [];
    const traced =
      (name: string): Differentiate =>
      (given) =>
      (inputs) => {
        order.push(name);
        return eager(given)(inputs);
      };
    await numbersOf(sharded([traced('local'), traced('first worker'), traced('second worker')]), 6);
    expect(order.at(-1)).toBe('local');
  });

  test('scalars and plain values go to every part', async () => {
    const seen: unknown[] = [];
    type Inputs = { readonly x: Tensor1D; readonly seed: Scalar; readonly names: readonly string[] };
    const recording: Objective<undefined, Inputs> = {
      parameters: new Map(),
      prepare: () => ({ x: tensor1d([1, 2, 3]), seed: scalar(4), names: ['a'] }),
      evaluate: () => ({ loss: scalar(0) }),
    };
    const spy: Differentiate =
      () =>
      (inputs): Gradients => {
        const { x, seed, names } = inputs as Inputs;
        seen.push([[...x.dataSync()], seed.dataSync()[0], names]);
        return { loss: scalar(0), gradients: {} };
      };
    const inputs: Inputs = { x: tensor1d([1, 2, 3]), seed: scalar(4), names: ['a'] };
    disposeAll(await sharded([spy, spy])(recording)(inputs));
    expect(seen).toEqual([
      [[3], 4, ['a']],
      [[1, 2], 4, ['a']],
    ]);
    expect(inputs.seed.isDisposed || inputs.x.isDisposed).toBe(false);
    disposeAll(inputs);
  });

  test('an error in one part is the error of the whole, without leaks', async () => {
    const broken: Differentiate = () => () => {
      throw new Error('out of order');
    };
    const inputs = await inputsOf(6);
    const before = memory().numTensors;
    await expect(sharded([eager, broken])(model)(inputs)).rejects.toThrow('out of order');
    expect(memory().numTensors).toBe(before);
    disposeAll(inputs);
  });

  test('refuses no parts, and inputs of several batch sizes', async () => {
    expect(() => sharded([])).toThrow(expect.objectContaining({ code: 'parts-empty' }));
    const evaluate = sharded([eager])({
      parameters: new Map(),
      prepare: () => ({}),
      evaluate: () => ({ loss: scalar(0) }),
    } satisfies Objective<unknown, object>);
    await expect(evaluate({ x: zeros([2, 1]), y: tensor2d([[1], [2], [3]]) })).rejects.toMatchObject({ code: 'batch-mismatch' });
    await expect(evaluate({})).rejects.toMatchObject({ code: 'batch-mismatch' });
  });
});
