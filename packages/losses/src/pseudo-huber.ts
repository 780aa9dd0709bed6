/**
 * The pseudo-Huber loss: a parabola near zero and a line far from it, so that single samples cannot dominate,
 *
 *     √(q + c²) − c,   q the weighted mean square of a sample
 *
 * Song & Dhariwal 2023 (arXiv 2310.14189), section 3.3, per element: with d elements theirs is √d times this one, at a constant
 * √d·c.
 */
import { add, div, sqrt, type Tensor1D, tidy } from '@tensorflow/tfjs-core';

/**
 * Pseudo-Huber losses of mean squares, without the cancellation of the difference.
 * @param squares `[batch]`, not negative
 * @param c where the parabola ends, positive, in the units of the error
 */
export function pseudoHuber(squares: Tensor1D, c: number): Tensor1D {
  return tidy(() => div<Tensor1D>(squares, add(sqrt(add(squares, c * c)), c)));
}
