import { expect, it } from 'vitest';
import { DEFAULTS } from './defaults.js';
import { resumed } from './resumed.js';
import type { Run } from './run-file.js';

const MNIST = DEFAULTS.mnist;
const run: Run = {
  format: 'tweedie-run',
  version: 3,
  model: MNIST.model,
  sampling: MNIST.sampling,
  data: { kind: 'mnist', size: [28, 28, 1], classes: 10, mean: -0.7386790474523142 },
  training: { ...MNIST.training, steps: 500, engine: { kind: 'compiled', threads: 2 } },
  status: { engine: 'onnxruntime-node 1.30.0, threads: 2', trainingSeconds: 0.1 + 0.2, finished: false },
};

const flags = { data: 'mnist', out: 'here', fresh: false } as const;
const eager: Run = { ...run, training: { ...run.training, engine: { kind: 'eager', shards: 4 } } };

it('goes on with the run whose settings the flags repeat, and refuses another', () => {
  expect(resumed(run, flags)).toEqual({ kind: 'compiled', threads: 2 });
  expect(resumed(run, { ...flags, steps: 500, lr: 4e-3, seed: 0, minutes: 3, threads: 2 })).toEqual({
    kind: 'compiled',
    threads: 2,
  });
  expect(resumed(eager, { ...flags, engine: 'eager', shards: 4 })).toEqual({ kind: 'eager', shards: 4 });
  expect(() => resumed(run, { ...flags, control: 'pid' })).toThrow('`--control` is pid, but here was begun with none');
  expect(() => resumed(run, { ...flags, lr: 0.1 })).toThrow('`--lr` is 0.1, but here was begun with 0.004');
});

it('takes another engine when told so, and no other way', () => {
  expect(resumed(run, { ...flags, engine: 'eager' })).toEqual({ kind: 'eager' });
  expect(resumed(eager, { ...flags, engine: 'compiled', threads: 1 })).toEqual({ kind: 'compiled', threads: 1 });
  expect(() => resumed(run, { ...flags, threads: 4 })).toThrow('`--threads` is 4, but here was begun with 2');
  expect(() => resumed(run, { ...flags, shards: 4 })).toThrow('`--shards` is 4, but here was begun with --engine compiled');
  expect(() => resumed(eager, { ...flags, threads: 2 })).toThrow('`--threads` is 2, but here was begun with --engine eager');
  expect(() => resumed(run, { ...flags, engine: 'eager', steps: 3 })).toThrow('`--steps` is 3');
});
