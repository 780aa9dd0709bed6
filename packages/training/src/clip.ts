/**
 * Gradient clipping by global norm: all gradients are scaled by `min(1, limit / (norm + 1e-6))`, with `norm` the Euclidean
 * norm over all of them together. Pascanu et al. 2012 (arXiv 1211.5063); the small constant is PyTorch's.
 */
import {
  add,
  addN,
  div,
  minimum,
  type Rank,
  reshape,
  type Scalar,
  scalar,
  sqrt,
  square,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { fused } from './internal/fused.js';

/** The Euclidean norm of all gradients together, a fresh scalar on the device. A backend may register a kernel `SquaredNorm` of them all. */
export function globalNorm(gradients: Readonly<Record<string, Tensor>>): Scalar {
  return tidy(() => {
    const tensors = Object.values(gradients);
    if (tensors.length === 0) return scalar(0);
    const squares = fused('SquaredNorm', { ...gradients }, {})?.[0] ?? addN(tensors.map((x): Tensor => sum(square(x))));
    return sqrt(reshape<Rank.R0>(squares, []));
  });
}

/** The factor that brings a norm down to at most `limit`, and leaves a smaller one: a fresh scalar, never read back. */
export function clipFactor(norm: Scalar, limit: number): Scalar {
  return tidy(() => minimum(1, div(limit, add(norm, 1e-6))));
}
