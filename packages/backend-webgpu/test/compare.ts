/** Runs the same calculation on tfjs's cpu backend, the reference, and on webgpu with our kernels. */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { expectAlike } from '@tweedie/backend-suite/alike';
import { registerGradients } from '@tweedie/core';
import { registerKernels } from '../src/register-kernels.js';
import './adapter.mjs';

export { image, on, random, run } from '@tweedie/backend-suite/alike';
export { present } from './adapter.mjs';

/** Sets the WebGPU backend up. */
export async function setUp(): Promise<void> {
  await setBackend('webgpu');
  registerKernels();
  registerGradients();
  await setBackend('cpu');
}

/** Expects that webgpu gives the shapes and values of the reference, to `tolerance` of the largest value of each tensor. */
export function expectSame(
  reference: () => Tensor | Tensor[],
  calculation: () => Tensor | Tensor[] = reference,
  tolerance = 1e-5,
): Promise<void> {
  return expectAlike('webgpu', tolerance, reference, calculation);
}
