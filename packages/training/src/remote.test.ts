import '@tensorflow/tfjs-backend-cpu';
import { Worker } from 'node:worker_threads';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { disposeAll, key } from '@tweedie/core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { data, objective, type Pair } from '../fixtures/objective.mjs';
import { eager } from './eager.js';
import { remote } from './remote.js';
import { sharded } from './sharded.js';
import { train } from './train.js';

beforeAll(() => setBackend('cpu'));

const workers: Worker[] = [];
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.terminate())));

function start(fail?: string): Worker {
  const worker = new Worker(new URL('../fixtures/worker.mjs', import.meta.url), { workerData: { fail } });
  workers.push(worker);
  return worker;
}

const model = objective();
const prepared = async () => model.prepare(data(0).next().value, key(1), undefined);

async function failure(worker: Worker): Promise<unknown> {
  const inputs: Pair = await prepared();
  const before = memory().numTensors;
  const error: unknown = await Promise.resolve(remote(worker)(model)(inputs)).catch((reason: unknown) => reason);
  expect(memory().numTensors).toBe(before);
  disposeAll(inputs);
  return error;
}

async function trained(differentiate = eager): Promise<number[][]> {
  const run = objective();
  for await (const _ of train({ objective: run, batches: data, steps: 30, key: key(2), learningRate: 0.3, differentiate }));
  const values = [...run.parameters.values()].map((parameter) => [...parameter.dataSync()]);
  disposeAll([...run.parameters.values()]);
  return values;
}

describe('a gradient worker', () => {
  test('in another thread trains to the same bits as the parts one after the other here', async () => {
    const far = await trained(sharded([eager, remote(start())]));
    expect(far).toEqual(await trained(sharded([eager, eager])));
    expect(far).not.toEqual(await trained(eager)); // the order of the sums is another one: the test can see a bit
  });

  test('reports its errors with code and stack', async () => {
    const error = await failure(start('evaluate'));
    expect(error).toMatchObject({
      code: 'worker-failed',
      message: expect.stringContaining('the loss has no opinion'),
      cause: { code: 'no-opinion', stack: expect.stringContaining('worker.mjs') },
    });
  });

  test('with other parameters is an error', async () => {
    expect(await failure(start('parameters'))).toMatchObject({ code: 'worker-failed', cause: { code: 'parameters-differ' } });
  });

  test('that dies in the middle of a step rejects', async () => {
    expect(await failure(start('exit'))).toMatchObject({
      code: 'worker-gone',
      message: expect.stringContaining('exited with code 3'),
    });
  });

  test('that cannot start rejects with its reason', async () => {
    expect(await failure(start('start'))).toMatchObject({
      code: 'worker-gone',
      message: expect.stringContaining('no backend here'),
    });
  });

  test('that is gone rejects at once', async () => {
    const worker = start();
    const differentiate = remote(worker);
    await worker.terminate();
    const inputs = await prepared();
    await expect(differentiate(model)(inputs)).rejects.toMatchObject({ code: 'worker-gone' });
    disposeAll(inputs);
  });
});
