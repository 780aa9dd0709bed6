/**
 * The sigmoid-weighted linear unit, with its gradient in closed form:
 *
 *     y = x·s,    dy/dx = s·(1 + x·(1 − s)),    s = 1/(1 + e^(−x))
 *
 * Hendrycks & Gimpel 2016 (arXiv 1606.08415); Elfwing et al. 2017 (arXiv 1702.03118). Runs the kernels `SiLU` {x} and
 * `SiLUGrad` {x, dy} where the backend has them.
 */
import { add, mul, sigmoid, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { customKernel } from './internal/custom-kernel.js';
import { withGradient } from './internal/with-gradient.js';

/**
 * `x·sigmoid(x)`, element by element.
 * @param x float32, any shape
 */
export function silu(x: Tensor): Tensor {
  return withGradient(
    [x],
    () => ({ value: customKernel('SiLU', { x })?.[0] ?? siluComposed(x), saved: [x] as const }),
    (dy, [saved]) => [customKernel('SiLUGrad', { x: saved, dy })?.[0] ?? siluGradient(saved, dy)],
  );
}

/** `x·sigmoid(x)` from tfjs's own operations. */
export function siluComposed(x: Tensor): Tensor {
  return tidy(() => mul(x, sigmoid(x)));
}

/** The derivative of `x·sigmoid(x)` times `dy`, from tfjs's own operations. */
export function siluGradient(x: Tensor, dy: Tensor): Tensor {
  return tidy(() => {
    const s = sigmoid(x);
    return mul(dy, mul(s, add(mul(x, sub(1, s)), 1)));
  });
}
