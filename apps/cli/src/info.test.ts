import '@tensorflow/tfjs-backend-cpu';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import { checkpointFile } from '@tweedie/training/node';
import { beforeAll, expect, it } from 'vitest';
import { awake } from '../test/small.js';
import { writeSmallRun } from '../test/small-run.js';
import type { RunFacts } from './run-facts.js';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie-info-'));

function info(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'info', ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  await setBackend('cpu');
  await writeSmallRun(join(folder, 'done'));
  await writeSmallRun(join(folder, 'begun'), false);
  const history = [2, 4].map((loss, i) => ({ step: i + 1, loss }));
  await checkpointFile(join(folder, 'begun/checkpoint.safetensors')).save({
    step: 3,
    key: [0, 1],
    tensors: new Map(),
    history,
    pending: { count: 0, sums: {} },
  });
});

it('tells programs everything about a finished run, and changes nothing', () => {
  const before = readdirSync(join(folder, 'done'));
  const { status, stdout, stderr } = info('done', '--json');
  expect([status, stderr]).toEqual([0, '']);
  const facts: RunFacts = JSON.parse(stdout);
  const size = [...awake().network.parameters.values()].reduce((sum, parameter) => sum + parameter.size, 0);
  expect(facts.network).toMatchObject({ parameters: size, input: [8, 8, 1], output: [8, 8, 1] });
  expect(facts.data).toEqual({ name: 'mnist', classes: ['0', '1', '2'] });
  expect(facts.sampling).toMatchObject({ evaluations: 8, flops: 8 * facts.network.flops }); // 4 steps, each with and without a class
  expect(facts.curve[0]).toEqual([0, 10]);
  expect(facts.curve.at(-1)).toEqual([1, -10]);
  expect(facts.training.step).toBe(7);
  expect(facts.files.map(({ name }) => name)).toEqual(['model.safetensors', 'run.json']);
  expect(facts.problems).toEqual([]);
  expect(readdirSync(join(folder, 'done'))).toEqual(before);
});

it('reads at 80 columns, without colour', () => {
  const { stdout } = info('done');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  expect(stdout).toMatch(/log-SNR.*\n +▲\n +10\.0┤┓\n/);
});

it('says how far a run is that is not finished, and which of its checkpoints are whole', () => {
  const { stdout } = info('begun');
  expect(stdout).toMatch(/^begun: not finished, step 3 of 7\n/);
  expect(stdout).toMatch(/^loss +3\.000,/m);
  writeFileSync(join(folder, 'begun/checkpoint.safetensors'), 'nothing');
  const facts: RunFacts = JSON.parse(info('begun', '--json').stdout);
  expect(facts.training.step).toBe(0);
  expect(facts.files.find(({ name }) => name === 'checkpoint.safetensors')?.note).toMatch(/^damaged: /);
});

it('names what is not a run', () => {
  const { status, stdout, stderr } = info('nowhere');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^tweedie: nowhere\/run\.json does not exist: .*\n$/);
});
