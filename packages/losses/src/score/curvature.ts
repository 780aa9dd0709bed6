/**
 * The curvature `vᵀ(∂f/∂x)v` of a vector field along a direction, for each sample, in a form that can be differentiated by parameters: by
 * automatic differentiation, as the gradient of `vᵀf`, or by central differences,
 *
 *     vᵀ(∂f/∂x)v ≈ vᵀ(f(x + hv) − f(x − hv))/2h
 *
 * Pang et al. 2020 (arXiv 2007.03317).
 */
import { add, mul, sub, type Tensor, type Tensor1D, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { positive } from '../internal/checks.js';
import { products } from '../internal/scaled-score.js';

/** A field of which each sample's value depends on that sample alone. */
export type Field = (x: Tensor) => Tensor;

/** Gives `f(x)` and the curvature of `f` at `x` along `direction`, `[batch]`. */
export interface Curvature {
  (f: Field, x: Tensor, direction: Tensor): { readonly value: Tensor; readonly curvature: Tensor1D };
  /** Whether training takes the gradient of a gradient, which tfjs cannot do for every operation. */
  readonly secondOrder: boolean;
}

/**
 * Curvature by automatic differentiation, exact; one pass forward and one back. Training through it is a gradient of a gradient: every
 * network of Tweedie can be trained so, and of tfjs's operations all but `logSoftmax`, `logSigmoid`, pooling by maximum and a few more.
 */
export function exactCurvature(): Curvature {
  return Object.assign(
    (f: Field, x: Tensor, direction: Tensor) =>
      tidy(() => {
        const { value, grad } = valueAndGrad(f)(x, direction);
        return { value, curvature: products(grad, direction) };
      }),
    { secondOrder: true },
  );
}

/**
 * Curvature by central differences, for networks that cannot be differentiated twice; three passes forward, and an error of order `step²`.
 * @param options.step `h`, positive, in the units of the network's input. Default 2⁻⁸
 * @throws RangeError (`step-not-positive`)
 */
export function finiteDifferences(options: { readonly step?: number } = {}): Curvature {
  const { step = 2 ** -8 } = options;
  positive({ step });
  return Object.assign(
    (f: Field, x: Tensor, direction: Tensor) =>
      tidy(() => {
        const offset = mul(direction, step);
        const difference = sub(f(add(x, offset)), f(sub(x, offset)));
        return { value: f(x), curvature: products(mul(difference, 1 / (2 * step)), direction) };
      }),
    { secondOrder: false },
  );
}
