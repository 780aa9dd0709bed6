/** Runs the same calculation on tfjs's cpu backend, the reference, and on wasm with our kernels. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { expectAlike } from '@tweedie/backend-suite/alike';
import { registerGradients } from '@tweedie/core';
import { expect } from 'vitest';
import { registerKernels } from '../src/register-kernels.js';

export { image, random, run } from '@tweedie/backend-suite/alike';

/** Sets the wasm backend up; for `'composed'` without our own WebAssembly. */
export async function setUp(kind: 'simd' | 'composed' = 'simd'): Promise<void> {
  await setBackend('wasm');
  expect(registerKernels({ composed: kind === 'composed' })).toBe(kind);
  registerGradients();
  await setBackend('cpu');
}

/** Expects that wasm gives the shapes and values of the reference, to `tolerance` of the largest value of each tensor. */
export function expectSame(
  reference: () => Tensor | Tensor[],
  calculation: () => Tensor | Tensor[] = reference,
  tolerance = 2e-6,
): Promise<void> {
  return expectAlike('wasm', tolerance, reference, calculation);
}
