/** The explicit midpoint method on the probability flow: `X' = X + h·k(X + ½h·k(X, τ), τ + ½h)`, in the time of a {@link Clock}. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import type { Clock } from './clocks.js';
import { rungeKutta2 } from './runge-kutta-2.js';

/**
 * The midpoint method, order 2. A step to `σ = 0` is Euler's.
 * @param options.clock the time and scale to step in, default `sigmaRatio()`; `flowTime()` is what flow-matching models use
 */
export function midpoint<X = Tensor>(options: { readonly clock?: Clock } = {}): Sampler<X, undefined> {
  return rungeKutta2({ ...options, inner: 1 / 2 });
}
