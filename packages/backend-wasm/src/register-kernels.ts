/** All kernels into tfjs's registry. */
import { findBackend } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { adamW } from './adam-w.js';
import { add, multiply, realDiv, sub } from './binary.js';
import { concat } from './concat.js';
import { conv2d, fusedConv2d } from './conv2d.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { groupNorm, groupNormGrad } from './group-norm.js';
import { identity } from './identity.js';
import { type Kernel, register } from './internal/kernel.js';
import { isWasmBackend, moduleOf } from './internal/module.js';
import { lerp } from './lerp.js';
import { batchMatMul, fusedMatMul } from './mat-mul.js';
import { oneHot } from './one-hot.js';
import { mean, sum } from './reduce.js';
import { silu, siluGrad } from './silu.js';
import { cos, sin } from './sin-cos.js';
import { slice, splitV } from './slice.js';
import { squaredNorm } from './squared-norm.js';
import { transpose } from './transpose.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import { upsampleNearest2x, upsampleNearest2xGrad } from './upsample-nearest.js';

// biome-ignore format: a list of names
const kernels: readonly Kernel[] = [
  adamW, add, batchMatMul, concat, conv2d, conv2dBackpropFilter, conv2dBackpropInput, cos, fusedConv2d, fusedMatMul, groupNorm, groupNormGrad, identity,
  lerp, mean, multiply, oneHot, realDiv, silu, siluGrad, sin, slice, splitV, squaredNorm, sub, sum, transpose, unsortedSegmentSum, upsampleNearest2x,
  upsampleNearest2xGrad,
];

/**
 * Registers the kernels that training lacks on tfjs's wasm backend, and faster ones for some that it has. Idempotent; needs the backend
 * to be set (`await setBackend('wasm')`). Gradients are registered apart, by `registerGradients` of `@tweedie/core` or by `@tensorflow/tfjs`.
 * @param options.composed use no WebAssembly of our own: what also happens by itself where tfjs does not show its memory
 * @returns `'simd'` with our own WebAssembly; `'composed'` if the missing kernels are composed of tfjs's, several times slower
 * @throws Error (`backend-not-set`) if tfjs's wasm backend is not set
 */
export function registerKernels(options: { readonly composed?: boolean } = {}): 'simd' | 'composed' {
  const backend = findBackend('wasm');
  if (!isWasmBackend(backend))
    throw invalid('backend-not-set', "registerKernels needs tfjs's wasm backend: `await setBackend('wasm')` first", Error);
  const simd = !options.composed && moduleOf(backend) !== undefined;
  for (const kernel of kernels) register(kernel, simd);
  return simd ? 'simd' : 'composed';
}
