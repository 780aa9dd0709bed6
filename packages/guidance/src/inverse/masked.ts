/** Inpainting as a linear measurement, `A·x = mask·x`: some numbers of each sample are known, and the others are not. `A·Aᵀ = A`. */
import { cast, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LinearOperator } from './linear-operator.js';

/**
 * Keeps what the mask covers and puts 0 elsewhere.
 * @param mask known where it is not 0, of a shape that broadcasts to `[batch, …]`; borrowed, so keep it alive
 */
export function masked(mask: Tensor): LinearOperator {
  const keep = (x: Tensor) => tidy(() => mul(x, cast(cast(mask, 'bool'), 'float32')));
  return { apply: keep, adjoint: keep, gram: 1 };
}
