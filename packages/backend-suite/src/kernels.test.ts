/** The table of kernels in `@tweedie/testing/capabilities` has every kernel and gradient that the suite uses, eagerly and traced. */
import {
  getGradient,
  getKernelsForBackend,
  registerGradient,
  registerKernel,
  unregisterGradient,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { compiled } from '@tweedie/compile';
import { onnxRuntime } from '@tweedie/compile/node';
import { disposeAll, key, type Objective, registerGradients, useBackend } from '@tweedie/core';
import { cpu } from '@tweedie/core/cpu';
import { capabilities, type KernelCapability } from '@tweedie/testing/capabilities';
import { beforeAll, expect, it } from 'vitest';
import { OBJECTIVES } from './objectives.js';
import { runSuite } from './suite.js';

const forward = new Set<string>();
const traced = new Set<string>();
const differentiated = new Set<string>();
let table: readonly KernelCapability[] = [];

/** Notes every kernel of a backend that runs from now on, and every gradient. */
function note(backend: string, kernels: Set<string>): void {
  for (const config of [...getKernelsForBackend(backend)]) {
    const { kernelName, kernelFunc } = config;
    unregisterKernel(kernelName, backend);
    registerKernel({
      ...config,
      kernelFunc(call) {
        kernels.add(kernelName);
        return kernelFunc(call);
      },
    });
    const gradient = getGradient(kernelName);
    if (!gradient) continue;
    unregisterGradient(kernelName);
    const noted: typeof gradient.gradFunc = (...call) => {
      differentiated.add(kernelName);
      return gradient.gradFunc(...call);
    };
    // Its other properties may be getters, which must stay such.
    registerGradient(Object.create(gradient, { gradFunc: { value: noted } }));
  }
}

async function compileOnce<Batch, Inputs>(objective: Objective<Batch, Inputs>, batch: Batch): Promise<void> {
  const engine = await onnxRuntime({ threads: 1 });
  const inputs = await objective.prepare(batch, key(7));
  disposeAll(await compiled(engine)(objective)(inputs), inputs, batch, [...objective.parameters.values()]);
  await engine.close();
}

beforeAll(async () => {
  await useBackend(cpu());
  registerGradients();
  table = await capabilities();
  await OBJECTIVES['diffusion loss']?.(compileOnce); // makes the backend that traces
  note('cpu', forward);
  note('tweedie-trace', traced);
  await runSuite();
  for (const use of Object.values(OBJECTIVES)) await use(compileOnce);
}, 180_000);

it('every kernel', () => {
  expect(forward.size).toBeGreaterThan(40);
  expect(traced.size).toBeGreaterThan(20);
  expect([...forward, ...traced].filter((name) => !table.some(({ kernel }) => kernel === name))).toEqual([]);
});

it('every gradient', () => {
  expect(differentiated.size).toBeGreaterThan(20);
  expect([...differentiated].filter((name) => !table.some(({ kernel, gradient }) => kernel === name && gradient))).toEqual([]);
});

it('and no kernel that nothing uses', () => {
  const ours = /^(GroupNorm|SiLU|UpsampleNearest2x|AdamW|Lerp|SquaredNorm)/;
  expect(table.map(({ kernel }) => kernel).filter((name) => !forward.has(name) && !ours.test(name))).toEqual([]);
});
