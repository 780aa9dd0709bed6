/** `Sum` and `Mean` over neighbouring axes. tfjs's transposes unless they are the last, which gradients of biases and broadcasts never are. */
import { util } from '@tensorflow/tfjs-core';
import { address, type Call, type Kernel, kernel, output, plain } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface ReduceAttributes {
  readonly axis: number | number[] | null;
  readonly keepDims: boolean;
}

function reduce({ inputs: { x }, attributes, backend }: Call<ReduceAttributes>, module: Module, mean: boolean) {
  if (!x || !plain(x)) return undefined;
  const axes = util.parseAxisParam(attributes.axis ?? x.shape.map((_, i) => i), x.shape).sort((a, b) => a - b);
  const [first = 0, last = first - 1] = [axes[0], axes.at(-1)];
  const within = (axis: number): boolean => axis >= first && axis <= last;
  // Axes between the reduced ones may have the size 1 only.
  if (x.shape.some((length, axis) => within(axis) && !axes.includes(axis) && length !== 1)) return undefined;
  const outer = util.sizeFromShape(x.shape.slice(0, first));
  const middle = util.sizeFromShape(x.shape.slice(first, last + 1));
  const inner = util.sizeFromShape(x.shape.slice(last + 1));
  const shape = attributes.keepDims
    ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  const out = output(backend, shape);
  module.sum(address(backend, x), address(backend, out), outer, middle, inner, mean ? 1 / middle : 1);
  return out;
}

/** Input `x`; attributes `axis`, `keepDims`. */
export const sum: Kernel = kernel<ReduceAttributes>('Sum', (call, module) => reduce(call, module, false));

/** Input `x`; attributes `axis`, `keepDims`. */
export const mean: Kernel = kernel<ReduceAttributes>('Mean', (call, module) => reduce(call, module, true));
