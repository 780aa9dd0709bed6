/** Runs the same calculation on tfjs's cpu backend, the reference, and on webgpu with our kernels. */
import '@tensorflow/tfjs-backend-cpu';
import { engine, memory, type NamedAttrMap, setBackend, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { key, normals, registerGradients } from '@tweedie/core';
import { expect } from 'vitest';
import { registerKernels } from '../src/register-kernels.js';
import './adapter.mjs';

export { present } from './adapter.mjs';

/** Sets the WebGPU backend up. */
export async function setUp(): Promise<void> {
  await setBackend('webgpu');
  registerKernels();
  registerGradients();
  await setBackend('cpu');
}

/** Standard normals. */
export function random(shape: readonly number[], seed = 0): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(Float32Array.from(normals(key(seed), size)), [...shape]);
}

/** As {@link random}, for operations that want four axes. */
export function image(shape: readonly [number, number, number, number], seed = 0): Tensor4D {
  return random(shape, seed) as Tensor4D;
}

/** Calls a kernel by name, for as many results as it has. */
export function run(name: string, inputs: Record<string, Tensor>, attributes: object = {}): Tensor[] {
  const result: Tensor | Tensor[] = engine().runKernel(name, inputs, { ...attributes } as NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}

/** Shapes and values of a calculation on a backend, which must leave nothing behind. */
export async function on(backend: 'cpu' | 'webgpu', calculation: () => Tensor | Tensor[]) {
  await setBackend(backend);
  const before = { tensors: memory().numTensors, data: engine().backend.numDataIds() };
  const tensors = [tidy(calculation)].flat();
  const results: { shape: number[]; values: number[] }[] = [];
  for (const t of tensors) {
    results.push({ shape: t.shape, values: [...(await t.data())] });
    t.dispose();
  }
  expect({ tensors: memory().numTensors, data: engine().backend.numDataIds() }).toEqual(before);
  return results;
}

/** Expects that webgpu gives the shapes and values of the reference, to `tolerance` of the largest value of each tensor. */
export async function expectSame(
  reference: () => Tensor | Tensor[],
  calculation: () => Tensor | Tensor[] = reference,
  tolerance = 1e-5,
): Promise<void> {
  const expected = await on('cpu', reference);
  const actual = await on('webgpu', calculation);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [i, { values }] of expected.entries()) {
    const scale = Math.max(1e-30, ...values.map(Math.abs));
    const error = Math.max(0, ...values.map((value, j) => Math.abs(value - (actual[i]?.values[j] ?? Number.NaN)) / scale));
    expect(error, `result ${i}`).toBeLessThanOrEqual(tolerance);
  }
}
