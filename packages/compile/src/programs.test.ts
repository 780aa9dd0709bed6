/** Random programs on images, compiled, against tfjs's cpu backend: what keeps values in layouts of their own must not mix them up. */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { registerGradients } from '@tweedie/core';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { expectCompiled, type Trial } from '../test/compare.js';
import { imagePrograms } from '../test/image-programs.js';
import type { Engine } from './engine.js';
import { portable } from './lower.js';

/** Programs for each dialect; more with TWEEDIE_RUNS. */
const RUNS = 25 * Number(process.env.TWEEDIE_RUNS ?? 4);

let engine: Engine;
beforeAll(async () => {
  registerGradients();
  await setBackend('cpu');
  engine = await onnxRuntime({ threads: 2 });
});
afterAll(() => engine.close());

test.each(['own', 'portable'])(
  'compiled programs equal eager ones, in the %s dialect',
  (dialect) => {
    const speaking = dialect === 'portable' ? { ...engine, dialect: portable } : engine;
    fc.assert(
      fc.property(described(imagePrograms()), (trial) => expectCompiled(speaking, trial)),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  },
  600_000,
);

function described(trials: fc.Arbitrary<Trial>): fc.Arbitrary<Trial> {
  return trials.map((trial) => ({ ...trial, toString: () => `${trial.operands.join('; ')} ${trial.about ?? ''}` }));
}
