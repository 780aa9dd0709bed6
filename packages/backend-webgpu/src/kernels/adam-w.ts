/** `AdamW` (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101) for one tensor in three passes, one for each result. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain, size } from '../internal/plain.js';

interface AdamWAttributes {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Number of this step, from 1. */
  readonly step: number;
}

const average = (name: string, value: string) =>
  perElement(name, ['mean', 'gradient', 'scale'], `let g = scale[0] * gradient[index]; let value = ${value};`, {
    floats: ['beta', 'rest'],
  });
const first = average('adamFirst', 'uniforms.beta * mean[index] + uniforms.rest * g');
const second = average('adamSecond', 'uniforms.beta * mean[index] + uniforms.rest * g * g');

const move = perElement(
  'adamMove',
  ['parameter', 'm', 'v'],
  `let root = sqrt(v[index]) * uniforms.inverseRoot + uniforms.epsilon;
  let value = parameter[index] * uniforms.kept - uniforms.rate * m[index] / root;`,
  { floats: ['inverseRoot', 'epsilon', 'kept', 'rate'] },
);

/**
 * Inputs `parameter`, `gradient`, `m`, `v` of one shape, and `scale`, a scalar on the gradient. With `g = scale·gradient`:
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `p ← p − lr·(m̂/(√v̂ + ε) + decay·p)`, `m̂ = m/(1−β₁ᵗ)`, `v̂ = v/(1−β₂ᵗ)`. Gives `[parameter, m, v]`.
 */
export const adamW: Kernel = kernel<AdamWAttributes>('AdamW', ({ inputs, attributes, backend }) => {
  const { parameter, gradient, m, v, scale } = inputs;
  if (!parameter || !gradient || !m || !v || !scale || !plain(parameter, gradient, m, v, scale)) return undefined;
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = attributes;
  if ([gradient, m, v].some((tensor) => size(tensor) !== size(parameter)))
    throw new RangeError('`gradient`, `m` and `v` must have the shape of `parameter`');
  const averaged = (shader: typeof first, mean: TensorInfo, beta: number) =>
    runPerElement(backend, shader, mean.shape, { mean, gradient, scale }, { beta, rest: 1 - beta });
  const nextM = averaged(first, m, beta1);
  const nextV = averaged(second, v, beta2);
  const values = {
    inverseRoot: 1 / Math.sqrt(1 - beta2 ** step),
    epsilon,
    kept: 1 - learningRate * weightDecay,
    rate: learningRate / (1 - beta1 ** step),
  };
  return [runPerElement(backend, move, parameter.shape, { parameter, m: nextM, v: nextV }, values), nextM, nextV];
});
