/**
 * A linear measurement `y = A·x0 + noise·n` of the data: what inverse problems have in common. An operator is a plain object, so that a
 * measurement of one's own is a pair of functions.
 */
import type { Tensor } from '@tensorflow/tfjs-core';

/** A linear map of every sample of a batch, on its own. */
export interface LinearOperator {
  /** `A·x`; borrows `x`, `[batch, …]`, and gives a fresh tensor. */
  apply(x: Tensor): Tensor;
  /** `Aᵀ·y`, with `⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩` for each sample. */
  adjoint(y: Tensor): Tensor;
  /** The number `g` with `A·Aᵀ·y = g·y` for all `y` that `A` can give, if there is one. Without it equations are solved step by step. */
  readonly gram?: number;
}

/** What was measured, and how. */
export interface Measured {
  readonly operator: LinearOperator;
  /** `y`, shape `[1, …]` for all samples or `[batch, …]`: what `operator.apply` can give, thus 0 where nothing was measured; borrowed. */
  readonly measurement: Tensor;
  /** Steps of conjugate gradients for an operator without `gram`, a positive integer; default 20. */
  readonly iterations?: number;
}
