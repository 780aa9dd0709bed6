/** The command where ONNX Runtime is not installed, and where it is. */
import '@tensorflow/tfjs-backend-cpu';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mul, setBackend, tidy } from '@tensorflow/tfjs-core';
import { key, normal } from '@tweedie/core';
import { beforeAll, expect, it } from 'vitest';
import { DEFAULTS } from './defaults.js';
import { buildModel } from './model-spec.js';
import { type Run, type RunFolder, runFolder } from './run-file.js';
import { saveWeights } from './weights-file.js';

const MNIST = DEFAULTS.mnist;
const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie-engines-'));
const MISSING = 'ONNX Runtime is not installed; `npm install onnxruntime-node@1.30` adds it';

/** Modules that hide the package from what they are loaded into. */
const hook = `export const resolve = (name, context, next) => next(name === 'onnxruntime-node' ? './nowhere/' + name : name, context)`;
const source = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
const hidden = source(`import { register } from 'node:module'; register(${JSON.stringify(source(hook))})`);

function tweedie(here: 'missing' | 'installed', ...args: string[]) {
  const flags = here === 'missing' ? ['--import', hidden] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const small: Run = {
  format: 'tweedie-run',
  version: 4,
  model: {
    ...MNIST.model,
    network: {
      kind: 'compact-unet',
      image: [28, 28, 1],
      widths: [8],
      blocks: [0, 1, 0],
      classes: 10,
      patch: 4,
      groups: 8,
      embedding: 16,
      noiseScale: 100,
      learnedVariance: false,
    },
  },
  sampling: { ...MNIST.sampling, steps: 2 },
  data: { kind: 'mnist', size: [28, 28, 1], classes: 10, mean: -0.7 },
  training: { ...MNIST.training, steps: 2, batch: 4, warmUp: 0, engine: { kind: 'compiled', threads: 1 } },
  status: { engine: 'onnxruntime-node 1.30.0, threads: 1', trainingSeconds: 0, finished: false },
};
let begun: RunFolder;

beforeAll(async () => {
  await setBackend('cpu');
  const done = runFolder(join(folder, 'done'));
  await done.save({ ...small, status: { ...small.status, finished: true } });
  const model = buildModel(small.model, key(0));
  let i = 0;
  for (const value of model.network.parameters.values()) value.assign(tidy(() => mul(normal(key(++i), value.shape), 0.1)));
  await saveWeights(model, done);
  begun = runFolder(join(folder, 'begun'));
  await begun.save(small);
});

it('says in one line why, and draws without it', () => {
  const { status, stdout, stderr } = tweedie('missing', 'sample', 'done', '--n', '2', '--out', 'two.png');
  expect(stderr).toBe(`${MISSING}. Until then TensorFlow.js computes, on WebAssembly, several times slower.\n`);
  expect([status, stdout]).toEqual([0, 'two.png\n']);
});

it('needs no line where that was asked for, or where it is there', () => {
  expect(tweedie('missing', 'sample', 'done', '--n', '2', '--engine', 'eager').stderr).toBe('');
  expect(tweedie('installed', 'sample', 'done', '--n', '2').stderr).toBe('');
});

it('ends with exit code 1 where the compiled engine was asked for', () => {
  const { status, stderr } = tweedie('missing', 'sample', 'done', '--n', '2', '--engine', 'compiled', '--out', 'none.png');
  expect(stderr).toBe(`tweedie: ${MISSING} [engine-unavailable]\n`);
  expect(status).toBe(1);
  expect(existsSync(join(folder, 'none.png'))).toBe(false);
});

it('goes on with a compiled run only when told to do without, and records that', async () => {
  const refused = tweedie('missing', 'train', '--out', 'begun');
  expect(refused.stderr).toBe(
    `tweedie: begun was begun with --engine compiled, but ${MISSING}; or go on by --engine eager, whose numbers differ in the last digits [engine-unavailable]\n`,
  );
  expect(refused.status).toBe(1);
  expect(await begun.load()).toEqual(small);

  const { status, stderr } = tweedie('missing', 'train', '--out', 'begun', '--engine', 'eager', '--shards', '1');
  expect(stderr).toContain(
    'begun goes on with TensorFlow.js wasm, shards: 1 after onnxruntime-node 1.30.0, threads: 1: its numbers may differ in the last digits',
  );
  expect(status).toBe(0);
  const run = await begun.load();
  expect(run?.training.engine).toEqual({ kind: 'eager', shards: 1 });
  expect(run?.status).toMatchObject({ engine: 'TensorFlow.js wasm, shards: 1', finished: true });
});

it('exports, and says whether that was verified', () => {
  const unverified = tweedie('missing', 'export', 'done', '--onnx', 'unverified.onnx');
  expect(unverified.stderr).toBe(`Not verified: ${MISSING}.\n`);
  expect([unverified.status, unverified.stdout]).toEqual([0, 'unverified.onnx\n']);
  const { status, stderr } = tweedie('installed', 'export', 'done', '--batch', '2');
  expect(stderr).toMatch(/^Equal to TensorFlow\.js up to \d\.\de-\d+ of the largest value, at batch 2\.\n$/);
  expect(status).toBe(0);
});
