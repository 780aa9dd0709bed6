import '@tensorflow/tfjs-backend-cpu';
import { Worker } from 'node:worker_threads';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import type { SampleStep } from '@tweedie/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Jobs, jobs } from '../fixtures/jobs.mjs';
import { connect } from './connect.js';
import { sampleReports } from './sample-reports.js';

beforeAll(() => setBackend('cpu'));

const { call, close } = connect<Jobs>(new Worker(new URL('../fixtures/jobs-worker.mjs', import.meta.url)));
afterAll(close);

test('in a worker are those of the same run here, to the bit, and leave no tensor on either side', async () => {
  const before = [memory().numTensors, await call.tensors()];
  const far = [];
  for await (const report of call.sample({ steps: 4, count: 2, every: 2 })) far.push(report);
  expect([memory().numTensors, await call.tensors()]).toEqual(before);

  const near = [];
  for await (const { value } of jobs(8).sample({ steps: 4, count: 2, every: 2 })) near.push(value);
  expect(far).toEqual(near);
  expect(far.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(far.map(({ preview }) => preview !== undefined)).toEqual([false, true, false, true]);
  expect(far.map(({ result }) => result !== undefined)).toEqual([false, false, false, true]);
  expect(far.at(-1)?.result).toMatchObject({ shape: [2, 8, 8, 1], dtype: 'float32' });
});

test('are no previews when asked for none, and refuse other intervals', async () => {
  for await (const { preview, result, index } of call.sample({ steps: 2, count: 1, every: Infinity })) {
    expect(preview).toBeUndefined();
    expect(result !== undefined).toBe(index === 1);
  }
  const none = (async function* (): AsyncGenerator<SampleStep> {})();
  for (const every of [0, -1, 1.5, Number.NaN])
    await expect(sampleReports(none, { every }).next()).rejects.toMatchObject({ code: 'every-not-positive' });
});
