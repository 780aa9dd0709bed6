/**
 * The equations of linear measurements,
 *
 *     (variance·A·Aᵀ + noise²·I)·u = y
 *
 * by one division where `A·Aᵀ` is a number, else by conjugate gradients (Hestenes & Stiefel 1952) in a fixed number of steps, so that nothing
 * is read back. Without noise this gives the least `u` that solves them, and so `A⁺ = Aᵀ·(A·Aᵀ)⁻¹`.
 */
import { add, divNoNan, mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { combine } from '@tweedie/core';
import type { Measured } from '../inverse/linear-operator.js';
import { innerProduct } from './inner-product.js';

/**
 * `u`, a fresh tensor of the shape of `y`; every sample is solved on its own. `variance` and `noise` must not both be 0.
 */
export function solved({ operator, iterations = 20 }: Measured, y: Tensor, variance: number, noise: number): Tensor {
  const { apply, adjoint, gram } = operator;
  const system = (u: Tensor) => combine([variance, apply(adjoint(u))], [noise ** 2, u]);
  if (gram !== undefined || variance === 0) return mul(y, 1 / (variance * (gram ?? 0) + noise ** 2));
  return tidy(() => {
    let [u, residual, direction] = [mul(y, 0), y, y];
    let size = innerProduct(residual, residual);
    for (let i = 0; i < iterations; i++) {
      const image = system(direction);
      const step = divNoNan(size, innerProduct(direction, image));
      u = add(u, mul(step, direction));
      residual = sub(residual, mul(step, image));
      const next = innerProduct(residual, residual);
      direction = add(residual, mul(divNoNan(next, size), direction));
      size = next;
    }
    return u;
  });
}
