/**
 * Every kernel that tracing knows, compiled, against tfjs's cpu backend: values and gradients for random shapes, layouts and
 * values.
 */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { registerGradients } from '@tweedie/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectAllCompiled } from '../test/compare.js';
import { kernelCases } from '../test/kernel-cases.js';
import type { Engine } from './engine.js';
import { traceKernels } from './internal/kernels/index.js';
import { portable } from './lower.js';

// Before the first tracing, which registers them.
const traced = new Map(traceKernels.map((kernel) => [kernel.name, vi.spyOn(kernel, 'trace')]));

let engine: Engine;
beforeAll(async () => {
  registerGradients();
  await setBackend('cpu');
  engine = await onnxRuntime({ threads: 2 });
});
afterAll(() => engine.close());

test('every kernel has a case, and every case a kernel', () => {
  expect(Object.keys(kernelCases).toSorted()).toEqual([...traced.keys()].toSorted());
});

describe.each(Object.entries(kernelCases))('%s', (name, trials) => {
  test.each(['own', 'portable'])('in the %s dialect', (dialect) => {
    const kernel = traced.get(name);
    kernel?.mockClear();
    expectAllCompiled(dialect === 'portable' ? { ...engine, dialect: portable } : engine, trials, 6);
    expect(kernel).toHaveBeenCalled();
  });
});
