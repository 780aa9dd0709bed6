import { expect, it } from 'vitest';
import { DEFAULTS } from './defaults.js';
import { resumed } from './resumed.js';
import type { Run } from './run-file.js';

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

const flags = { data: 'mnist', out: 'here', fresh: false } as const;
const eager: Run = { ...run, training: { ...run.training, engine: { kind: 'eager', shards: 4 } } };

it('goes on with the run whose settings the flags repeat, and refuses another', () => {
  expect(resumed(run, flags)).toEqual({ kind: 'compiled', threads: 2 });
  expect(resumed(run, { ...flags, steps: 500, lr: 4e-3, seed: 0, minutes: 3, threads: 2 })).toEqual({
    kind: 'compiled',
    threads: 2,
  });
  expect(resumed(eager, { ...flags, engine: 'eager', shards: 4 })).toEqual({ kind: 'eager', shards: 4 });
  expect(() => resumed(run, { ...flags, control: 'pid' })).toThrow(
    'here was begun with other settings: `--control` is pid and was none: leave it out',
  );
});

it('takes another engine when told so, and no other way', () => {
  expect(resumed(run, { ...flags, engine: 'eager' })).toEqual({ kind: 'eager' });
  expect(resumed(eager, { ...flags, engine: 'compiled', threads: 1 })).toEqual({ kind: 'compiled', threads: 1 });
  expect(() => resumed(run, { ...flags, threads: 4 })).toThrow('`--threads` is 4 and was 2');
  expect(() => resumed(run, { ...flags, shards: 4 })).toThrow('`--shards` is 4 and was not for --engine compiled');
  expect(() => resumed(eager, { ...flags, threads: 2 })).toThrow('`--threads` is 2 and was not for --engine eager');
  expect(() => resumed(run, { ...flags, engine: 'eager', steps: 3 })).toThrow('`--steps` is 3');
});

it('tells all that differs in one line, and knows a network however it is written', () => {
  const network = 'compactUnet({patch:2, widths: [48, 96], blocks: [0, 2, 1], groups: 8, embedding: 128, noiseScale: 100})';
  expect(resumed(run, { ...flags, network, warmUp: 50, clip: 1, averaging: 0.03, keep: 3 })).toEqual(run.training.engine);
  const asked = { ...flags, lr: 0.1, warmUp: 7, network: 'unet({ widths: [8] })', conditionDropout: 0.5, rate: 'constantRate' };
  expect(() => resumed(run, asked)).toThrow(
    expect.objectContaining({
      code: 'run-differs',
      message: [
        'here was begun with other settings: `--network` is unet({ widths: [8] }) and was compactUnet({ widths: [48,96], blocks: [0,2,1], patch: 2, groups: 8, embedding: 128, noiseScale: 100 })',
        '`--lr` is 0.1 and was 0.004',
        '`--rate` is constantRate and was cosineRate',
        '`--warm-up` is 7 and was 50',
        '`--condition-dropout` is 0.5 and was 0.1: leave them out to resume, or start over with --fresh',
      ].join('; '),
    }),
  );
});
