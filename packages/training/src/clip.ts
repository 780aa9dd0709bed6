/**
 * Gradient clipping by global norm: all gradients are scaled by `min(1, limit / (norm + 1e-6))`, with `norm` the Euclidean
 * norm over all of them together. Pascanu et al. 2012 (arXiv 1211.5063); the small constant is PyTorch's.
 */
import {
  add,
  addN,
  div,
  minimum,
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

/** The Euclidean norm of all gradients together, a fresh scalar on the device. A backend may register a kernel `SquaredNorm`. */
export function globalNorm(gradients: Readonly<Record<string, Tensor>>): Scalar {
  return tidy(() => {
    const squares = Object.values(gradients).map((x) => fused('SquaredNorm', { x }, {})?.[0] ?? sum(square(x)));
    return squares.length === 0 ? scalar(0) : sqrt(addN(squares.map((x) => reshape(x, []))));
  });
}

/** The factor that brings a norm down to at most `limit`, and leaves a smaller one: a fresh scalar, never read back. */
export function clipFactor(norm: Scalar, limit: number): Scalar {
  return tidy(() => minimum(1, div(limit, add(norm, 1e-6))));
}
