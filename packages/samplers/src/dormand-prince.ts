/**
 * The pair of Dormand and Prince on the probability flow: steps of order 5, the difference to an embedded formula of order 4 as the
 * error, and the last slope of a step as the first of the next. SciPy's `RK45` and torchdiffeq's `dopri5` are the same method.
 *
 * Dormand and Prince 1980 (A family of embedded Runge-Kutta formulae), table 2; Song et al. 2021 (arXiv 2011.13456), appendix D.4, use
 * it for the flow.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import type { Clock } from './clocks.js';
import { type EndEstimate, firstSameAsLast } from './internal/first-same-as-last.js';
import { rungeKutta, type Tableau } from './runge-kutta.js';

const tableau: Tableau = {
  stages: [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  ],
  weights: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
};

/**
 * Dormand and Prince's method, order 5, for a run with a `control` such as `elementary({ order: 5, relative: 1e-4 })`; without one it
 * takes the grid's steps. Seven evaluations in the first step, then six; a step to `σ = 0` is Euler's.
 * @param options.clock the time and scale to step in, default `sigmaRatio()`
 */
export function dormandPrince<X = Tensor>(options: { readonly clock?: Clock } = {}): Sampler<X, EndEstimate<X>> {
  return firstSameAsLast(rungeKutta({ ...options, tableau }));
}
