import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULTS } from './defaults.js';
import { type Run, runFolder } from './run-file.js';

const MNIST = DEFAULTS.mnist;
const run: Run = {
  format: 'tweedie-run',
  version: 4,
  model: MNIST.model,
  sampling: MNIST.sampling,
  data: { kind: 'mnist', size: [28, 28, 1], classes: 10, mean: -0.7386790474523142 },
  training: { ...MNIST.training, steps: 500, engine: { kind: 'compiled', threads: 2 } },
  status: { engine: 'onnxruntime-node 1.30.0, threads: 2', trainingSeconds: 0.1 + 0.2, finished: false },
};
const fresh = () => join(mkdtempSync(join(tmpdir(), 'tweedie-run-')), 'runs', 'one');

it('reads what it wrote, to the bit', async () => {
  const folder = runFolder(fresh());
  expect(await folder.load()).toBeUndefined();
  await folder.save(run);
  expect(await folder.load()).toEqual(run);
});

it.each([
  ['training.steps', { ...run, training: { ...run.training, steps: 0 } }],
  ['training.engine.threads', { ...run, training: { ...run.training, engine: { kind: 'compiled', threads: 0 } } }],
  ['training.engine.kind', { ...run, training: { ...run.training, engine: { kind: 'magic' } } }],
  ['version', { ...run, version: 1 }],
  ['model.schedule', { ...run, model: { ...run.model, schedule: { kind: 'cosine' } } }],
])('names %s where it is wrong', async (name, json) => {
  const folder = runFolder(fresh());
  await folder.write('run.json', JSON.stringify(json));
  await expect(folder.load()).rejects.toMatchObject({ code: 'run-corrupt', message: expect.stringContaining(`: ${name}: `) });
});

it('clears the files of a run and what a killed process left, and nothing else', async () => {
  const path = fresh();
  const folder = runFolder(path);
  await folder.save(run);
  await folder.write('progress/000100.png', 'x');
  await folder.write('checkpoint-000120.safetensors', 'x');
  writeFileSync(join(path, '.checkpoint-000140.safetensors.123.mwra2o2o.tmp'), 'x');
  writeFileSync(join(path, 'progress', '.000140.png.123.mwra2o2o.tmp'), 'x');
  writeFileSync(join(path, '.mine.123.mwra2o2o.tmp'), 'mine');
  writeFileSync(join(path, 'notes.txt'), 'mine');
  mkdirSync(join(path, 'progress', 'mine'));
  expect(await folder.files()).toEqual(['checkpoint-000120.safetensors', 'run.json']);
  expect(await folder.progress()).toEqual(['progress/000100.png']);
  await folder.clear();
  expect(readdirSync(path).sort()).toEqual(['.mine.123.mwra2o2o.tmp', 'notes.txt', 'progress']);
  expect(readdirSync(join(path, 'progress'))).toEqual(['mine']);
});

it('reads a run of version 3, and says that one of a later version is', async () => {
  const folder = runFolder(fresh());
  const { accumulate: _, rate: __, keep: ___, ...training } = run.training;
  await folder.write('run.json', JSON.stringify({ ...run, version: 3, training }));
  expect(await folder.load()).toEqual(run);
  await folder.write('run.json', JSON.stringify({ ...run, version: 5, news: true }));
  await expect(folder.load()).rejects.toMatchObject({
    code: 'run-newer',
    message: expect.stringContaining('must be of format version 4 or older, got 5: a newer tweedie wrote it'),
  });
});
