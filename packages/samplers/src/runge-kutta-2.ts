/**
 * The second-order Runge–Kutta methods of two evaluations, a family in where the second one lies: with the share `c` of the step,
 *
 *     X' = X + h·[(1 − 1/2c)·k(X, τ) + (1/2c)·k(X + c·h·k(X, τ), τ + c·h)]
 *
 * `c = 1` is Heun's method, 1/2 the midpoint method, 2/3 Ralston's. Karras et al. 2022 (arXiv 2206.00364), appendix D.1, algorithm 3.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import type { Clock } from './clocks.js';
import { invalid } from './internal/invalid.js';
import { rungeKutta } from './runge-kutta.js';

/**
 * A second-order Runge–Kutta method, order 2. A step to `σ = 0` is Euler's.
 * @param options.inner where the second evaluation lies, above 0 and at most 1: default 1, Heun's method
 * @param options.clock the time and scale to step in, default `sigmaRatio()`
 * @throws RangeError (`inner-out-of-range`)
 */
export function rungeKutta2<X = Tensor>(
  options: { readonly inner?: number; readonly clock?: Clock } = {},
): Sampler<X, undefined> {
  const { inner = 1, ...rest } = options;
  if (!(inner > 0 && inner <= 1)) throw invalid('inner-out-of-range', `\`inner\` must be above 0 and at most 1, got ${inner}`);
  const share = 1 / (2 * inner);
  return rungeKutta({ ...rest, tableau: { stages: [[inner]], weights: [1 - share, share] } });
}
