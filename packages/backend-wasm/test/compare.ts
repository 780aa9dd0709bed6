/** Runs the same calculation on tfjs's cpu backend, the reference, and on wasm with our kernels. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { engine, memory, type NamedAttrMap, setBackend, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { key, normals, registerGradients } from '@tweedie/core';
import { expect } from 'vitest';
import { registerKernels } from '../src/register-kernels.js';

/** Sets the wasm backend up; for `'composed'` without our own WebAssembly. */
export async function setUp(kind: 'simd' | 'composed' = 'simd'): Promise<void> {
  await setBackend('wasm');
  expect(registerKernels({ composed: kind === 'composed' })).toBe(kind);
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

/**
 * Expects that wasm gives the shapes and values of the reference, to `tolerance` of the largest value of each tensor, and leaves
 * nothing behind.
 */
export async function expectSame(
  reference: () => Tensor | Tensor[],
  calculation: () => Tensor | Tensor[] = reference,
  tolerance = 2e-6,
): Promise<void> {
  const results: { shape: number[]; values: number[] }[][] = [];
  for (const [name, f] of [
    ['cpu', reference],
    ['wasm', calculation],
  ] as const) {
    // biome-ignore format: pairs
    await setBackend(name);
    const before = memory();
    const tensors = [tidy(f)].flat();
    results.push(tensors.map((t) => ({ shape: t.shape, values: [...t.dataSync()] })));
    for (const t of tensors) t.dispose();
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
  }
  const [expected = [], actual = []] = results;
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [i, { values }] of expected.entries()) {
    const scale = Math.max(1e-30, ...values.map(Math.abs));
    const error = Math.max(0, ...values.map((value, j) => Math.abs(value - (actual[i]?.values[j] ?? Number.NaN)) / scale));
    expect(error, `result ${i}`).toBeLessThanOrEqual(tolerance);
  }
}
