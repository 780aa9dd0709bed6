import '@tensorflow/tfjs-backend-cpu';
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { setBackend } from '@tensorflow/tfjs-core';
import { type Checkpoint, encodeCheckpoint, type TrainStep } from '@tweedie/training';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { type Jobs, jobs } from '../fixtures/jobs.mjs';
import { connect } from './connect.js';
import type { Moved } from './moved.js';
import { type TrainReport, trainReports } from './train-reports.js';

beforeAll(() => setBackend('cpu'));

const { call, close } = connect<Jobs>(new Worker(new URL('../fixtures/jobs-worker.mjs', import.meta.url)));
afterAll(close);

/** A report with its checkpoint as a text, which is compared faster. */
const told = ({ checkpoint, ...report }: TrainReport<TrainStep, Checkpoint>) => ({
  ...report,
  checkpoint: checkpoint && createHash('sha256').update(encodeCheckpoint(checkpoint)).digest('hex'),
});

test('in a worker are those of the same run here, to the bit, checkpoints included', async () => {
  const far = [];
  for await (const report of call.train({ steps: 3, checkpointEvery: 2 })) far.push(report);
  const near = [];
  for await (const { value } of jobs(8).train({ steps: 3, checkpointEvery: 2 })) near.push(value);
  expect(far.map(told)).toEqual(near.map(told));
  expect(far.map(({ step, loss }) => [step, Number.isFinite(loss)])).toEqual([1, 2, 3].map((step) => [step, true]));
  expect(far.map(({ checkpoint }) => checkpoint?.step)).toEqual([undefined, 2, 3]);
  expect(far[1]?.checkpoint?.tensors.get('parameters.conv_in.weight')?.data).toBeInstanceOf(Float32Array);
});

test('have the types of the training', () => {
  type Reports = ReturnType<typeof trainReports<Checkpoint, TrainStep>>;
  const reported = (steps: AsyncIterable<TrainStep>) => trainReports(steps);
  expectTypeOf(reported).returns.toEqualTypeOf<Reports>();
  expectTypeOf<Reports>().toExtend<AsyncIterable<Moved<{ loss: number | undefined; checkpoint?: Checkpoint }>>>();
});

test('carry no checkpoint unless asked, and refuse other intervals', async () => {
  for await (const report of call.train({ steps: 1 })) expect(report).not.toHaveProperty('checkpoint');
  await expect(call.train({ steps: 1, checkpointEvery: 0 }).next()).rejects.toMatchObject({
    name: 'RangeError',
    code: 'checkpoint-every-not-positive',
  });
});
