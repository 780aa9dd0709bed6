/** The same calculation on tfjs's cpu backend, the reference, and on another one: for tests of kernels. */
import { engine, memory, type NamedAttrMap, setBackend, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { key, normals } from '@tweedie/core';
import { expect } from 'vitest';

type Calculation = () => Tensor | Tensor[];

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
export async function on(
  backend: string,
  calculation: Calculation,
): Promise<readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[]> {
  await setBackend(backend);
  const held = () => ({
    tensors: memory().numTensors,
    buffers: memory().numDataBuffers,
    data: engine().backend.numDataIds(),
  });
  const before = held();
  const results: { shape: number[]; values: number[] }[] = [];
  for (const each of [tidy(calculation)].flat()) {
    results.push({ shape: each.shape, values: [...(await each.data())] });
    each.dispose();
  }
  expect(held()).toEqual(before);
  return results;
}

/** Expects that `backend` gives the shapes and values of the reference, to `tolerance` of the largest value of each tensor. */
export async function expectAlike(
  backend: string,
  tolerance: number,
  reference: Calculation,
  calculation: Calculation,
): Promise<void> {
  const expected = await on('cpu', reference);
  const actual = await on(backend, calculation);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [i, { values }] of expected.entries()) {
    const scale = Math.max(1e-30, ...values.map(Math.abs));
    const error = Math.max(0, ...values.map((value, j) => Math.abs(value - (actual[i]?.values[j] ?? Number.NaN)) / scale));
    expect(error, `result ${i}`).toBeLessThanOrEqual(tolerance);
  }
}
