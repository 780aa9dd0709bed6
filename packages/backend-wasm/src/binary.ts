/**
 * `Add`, `Sub`, `Multiply`, `RealDiv` where the smaller operand repeats along one run of axes: a bias `[C]`, an embedding `[N, 1, 1, C]`, a factor per sample
 * `[N, 1, 1, 1]`, a scalar. tfjs's computes every index of a broadcast result.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, type Call, type Kernel, kernel, output, plain, size } from './internal/kernel.js';
import type { Module } from './internal/module.js';

/** `[outer, middle, inner]` such that `shape` is that, and `other` is `[outer, 1, inner]`. */
function split(shape: readonly number[], other: readonly number[]): readonly [number, number, number] | undefined {
  if (other.length > shape.length) return undefined;
  const sizes: [number, number, number] = [1, 1, 1];
  let part = 0;
  for (const [axis, length] of shape.entries()) {
    if (length === 1) {
      if ((other[axis - shape.length + other.length] ?? 1) !== 1) return undefined;
      continue;
    }
    const repeats = (other[axis - shape.length + other.length] ?? 1) !== length;
    if (repeats && (other[axis - shape.length + other.length] ?? 1) !== 1) return undefined;
    if (repeats && part === 0) part = 1;
    else if (!repeats && part === 1) part = 2;
    else if (repeats && part === 2) return undefined;
    sizes[part] = (sizes[part] ?? 1) * length;
  }
  // Nothing repeats: one long row.
  return part === 0 ? [1, 1, sizes[0]] : sizes;
}

function binary(
  { inputs: { a, b }, backend }: Call<unknown>,
  module: Module,
  forward: number,
  backward: number,
): TensorInfo | undefined {
  if (!a || !b || !plain(a, b)) return undefined;
  const swap = size(b) > size(a) || (size(b) === size(a) && b.shape.length > a.shape.length);
  const [large, small] = swap ? [b, a] : [a, b];
  const sizes = split(large.shape, small.shape);
  if (!sizes) return undefined;
  const out = output(backend, large.shape);
  module.binary(address(backend, large), address(backend, small), address(backend, out), ...sizes, swap ? backward : forward);
  return out;
}

/** `a + b`. */
export const add: Kernel = kernel('Add', (call, module) => binary(call, module, 0, 0));
/** `a − b`. */
export const sub: Kernel = kernel('Sub', (call, module) => binary(call, module, 1, 4));
/** `a·b`. */
export const multiply: Kernel = kernel('Multiply', (call, module) => binary(call, module, 2, 2));
/** `a / b`. */
export const realDiv: Kernel = kernel('RealDiv', (call, module) => binary(call, module, 3, 5));
