import { expect, it } from 'vitest';
import { MNIST } from './defaults.js';
import { resumed } from './resumed.js';
import type { Run } from './run-file.js';

const run: Run = {
  format: 'tweedie-run',
  version: 1,
  ...MNIST,
  data: { ...MNIST.data, mean: -0.7386790474523142 },
  training: { ...MNIST.training, steps: 500 },
  status: { engine: 'wasm', trainingSeconds: 0.1 + 0.2, finished: false },
};

it('goes on with the run whose settings the flags repeat, and refuses another', () => {
  const flags = { data: 'mnist', out: 'here', fresh: false } as const;
  expect(resumed(run, flags)).toBe(run);
  expect(resumed(run, { ...flags, steps: 500, lr: 4e-3, seed: 0, minutes: 3 })).toBe(run);
  expect(() => resumed(run, { ...flags, lr: 0.1 })).toThrow('`--lr` is 0.1, but here was begun with 0.004');
});
