/**
 * The classical Runge–Kutta method of order 4 on the probability flow, in the time of a {@link Clock}:
 *
 *     X' = X + h·(k₁ + 2k₂ + 2k₃ + k₄)/6,    the slopes at the start, twice in the middle, and at the end
 *
 * Kutta 1901; Hairer, Nørsett and Wanner 1993 (Solving Ordinary Differential Equations I), section II.1.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import type { Clock } from './clocks.js';
import { rungeKutta } from './runge-kutta.js';

/**
 * The classical Runge–Kutta method, order 4, four evaluations per step. A step to `σ = 0` is Euler's.
 * @param options.clock the time and scale to step in, default `sigmaRatio()`
 */
export function rk4<X = Tensor>(options: { readonly clock?: Clock } = {}): Sampler<X, undefined> {
  const tableau = { stages: [[1 / 2], [0, 1 / 2], [0, 0, 1]], weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6] };
  return rungeKutta({ ...options, tableau });
}
