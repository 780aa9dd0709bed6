/** `AdamW` (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101) for one tensor in one pass. */
import { address, type Kernel, kernel, output, plain, size } from './internal/kernel.js';

interface AdamWAttributes {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Number of this step, from 1. */
  readonly step: number;
}

/**
 * Inputs `parameter`, `gradient`, `m`, `v` of one shape, and optionally `scale`, a scalar on the gradient. With `g = scale·gradient`:
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `p ← p − lr·(m̂/(√v̂ + ε) + decay·p)`, `m̂ = m/(1−β₁ᵗ)`, `v̂ = v/(1−β₂ᵗ)`. Gives `[parameter, m, v]`.
 */
export const adamW: Kernel = kernel<AdamWAttributes>('AdamW', ({ inputs, attributes, backend }, module) => {
  const { parameter, gradient, m, v, scale } = inputs;
  if (!parameter || !gradient || !m || !v || !plain(parameter, gradient, m, v, scale)) return undefined;
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = attributes;
  const count = size(parameter);
  if ([gradient, m, v].some((tensor) => size(tensor) !== count))
    throw new RangeError('`gradient`, `m` and `v` must have the shape of `parameter`');
  const next = [output(backend, parameter.shape), output(backend, parameter.shape), output(backend, parameter.shape)];
  const factor = scale ? (backend.typedArrayFromHeap(scale)[0] ?? 1) : 1;
  const at = [parameter, gradient, m, v, ...next].map((tensor) => address(backend, tensor));
  const length = learningRate / (1 - beta1 ** step);
  module.adamW(...at, count, factor, beta1, beta2, epsilon, length, 1 / Math.sqrt(1 - beta2 ** step), learningRate * weightDecay);
  return next;
});
