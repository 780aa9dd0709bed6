/** All kernels into tfjs's registry. */
import { findBackend } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { type Kernel, register } from './internal/kernel.js';
import { isGpuBackend } from './internal/shader.js';
import { adamW } from './kernels/adam-w.js';
import { addN } from './kernels/add-n.js';
import { conv2dBackpropFilter } from './kernels/conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './kernels/conv2d-backprop-input.js';
import { groupNorm, groupNormGrad } from './kernels/group-norm.js';
import { lerp } from './kernels/lerp.js';
import { silu, siluGrad } from './kernels/silu.js';
import { cos, sin } from './kernels/sin-cos.js';
import { squaredNorm } from './kernels/squared-norm.js';
import { sum } from './kernels/sum.js';
import { upsampleNearest2x, upsampleNearest2xGrad } from './kernels/upsample-nearest.js';

const kernels: readonly Kernel[] = [
  adamW,
  addN,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  cos,
  groupNorm,
  groupNormGrad,
  lerp,
  silu,
  siluGrad,
  sin,
  squaredNorm,
  sum,
  upsampleNearest2x,
  upsampleNearest2xGrad,
];

/**
 * Registers the kernels that training needs and tfjs's WebGPU backend lacks, and faster ones for some that it has. Idempotent; needs the
 * backend to be set (`await setBackend('webgpu')`). Gradients are registered apart, by `registerGradients` of `@tweedie/core` or by
 * `@tensorflow/tfjs`.
 * @throws Error (`backend-not-set`) if tfjs's WebGPU backend is not set
 */
export function registerKernels(): void {
  if (!isGpuBackend(findBackend('webgpu')))
    throw invalid('backend-not-set', "registerKernels needs tfjs's WebGPU backend: `await setBackend('webgpu')` first", Error);
  for (const kernel of kernels) register(kernel);
}
