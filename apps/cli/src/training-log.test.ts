import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFolder } from './run-file.js';
import { trainingLog } from './training-log.js';

const folder = runFolder(mkdtempSync(join(tmpdir(), 'tweedie-log-')));
const path = folder.file('log.jsonl');
const lines = () =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const entry = (step: number) => ({ step, loss: 1 / step, rate: 0.1, examplesPerSecond: 5, seconds: step });
const point = ({ step, loss }: { readonly step: number; readonly loss: number }) => ({ step, loss });

it('has a line for each reading and none twice, wherever the run was killed', async () => {
  const add = await trainingLog(folder, []);
  for (const step of [10, 20, 30, 40]) await add(entry(step));
  expect(lines()).toEqual([10, 20, 30, 40].map(entry));
  // killed after the checkpoint of step 25, within a line
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -7));
  const resumed = await trainingLog(folder, [entry(10), entry(20)].map(point));
  await resumed(entry(30));
  expect(lines()).toEqual([10, 20, 30].map(entry));
});

it('takes from the checkpoint what it has lost', async () => {
  writeFileSync(path, `{"step":10,"loss"`);
  await trainingLog(folder, [entry(10), entry(20)].map(point));
  expect(lines()).toEqual([entry(10), entry(20)].map(point));
});
