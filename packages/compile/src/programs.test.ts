/**
 * Random programs on images, compiled, against tfjs's cpu backend: what keeps values in layouts of their own must not mix them
 * up.
 */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { registerGradients } from '@tweedie/core';
import { afterAll, beforeAll, test } from 'vitest';
import { expectAllCompiled } from '../test/compare.js';
import { imagePrograms } from '../test/image-programs.js';
import type { Engine } from './engine.js';
import { portable } from './lower.js';

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
    expectAllCompiled(dialect === 'portable' ? { ...engine, dialect: portable } : engine, imagePrograms(), 100);
  },
  3_600_000,
);
