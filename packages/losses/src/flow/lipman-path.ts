/**
 * The path of Lipman et al. 2022 (arXiv 2210.02747), eq. 20–22, on which each datum keeps a Gaussian of width σ_min around it:
 *
 *     x_t = (1 − t)·x0 + (t + σ_min·(1 − t))·x1,    velocity (1 − σ_min)·x1 − x0
 *
 * with a standard normal source x1. Time runs from data to source, against the paper.
 */
import { nonNegative } from '../internal/checks.js';
import type { FlowPath } from './flow-path.js';

/**
 * Lipman's conditional optimal transport path: straight to each datum, blurred by `sigmaMin`.
 * @param options.sigmaMin deviation left around the data at t = 0, not negative. Default 1e-5
 * @throws RangeError (`sigma-min-negative`)
 */
export function lipmanPath(options: { readonly sigmaMin?: number } = {}): FlowPath {
  const { sigmaMin = 1e-5 } = options;
  nonNegative({ sigmaMin });
  return (t) => ({ value: [1 - t, t + sigmaMin * (1 - t), 0], rate: [-1, 1 - sigmaMin, 0] });
}
