/** Parts that were never made for each other, put together at random: each combination trains, or says why not. */
import '@tensorflow/tfjs-backend-cpu';
import { dispose, memory } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { invalid, key } from '@tweedie/core';
import * as data from '@tweedie/data';
import * as processes from '@tweedie/forward-process';
import * as losses from '@tweedie/losses';
import { mlp } from '@tweedie/networks';
import * as parameterizations from '@tweedie/parameterizations';
import * as schedules from '@tweedie/schedules';
import { train } from '@tweedie/training';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { gridOf, parameterizationOf, processOf, scheduleOf } from './components.js';
import { lossOf } from './loss.js';

const SCHEDULES = [
  'cosine()',
  'linearBeta()',
  'scaledLinearBeta()',
  'sigmoid()',
  'laplace()',
  'exponential()',
  'geometric()',
  'edm()',
  'edmSampling()',
  'linearLogSnr()',
  'linearAlpha()',
  'polynomial()',
  'rectifiedFlow()',
  'noiseSquared(linearBeta())',
  'shifted(rectifiedFlow(), 1 / dynamicShift(1024))',
  'clamped(cosine(), { min: -10, max: 10 })',
  'fromBetas(linearBetas())',
  'fromBetas(scaledLinearBetas())',
  'fromBetas(cosineBetas())',
  'fromBetas(sigmoidBetas())',
  'fromBetas(laplaceBetas())',
  'fromBetas(zeroTerminalSnr(linearBetas()))',
];
