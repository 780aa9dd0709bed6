/**
 * SA-Solver: a stochastic Adams method for the reverse diffusion, with a predictor and a corrector,
 *
 *     x_t = (σ_t/σ_s) e^(−τ²h)·x_s + α_t·Σ wᵢ·x0ᵢ + σ_t·√(1 − e^(−2τ²h))·z,    h = ln(α_t/σ_t) − ln(α_s/σ_s)
 *
 * with the exact weights of polynomials in log-SNR through the last estimates of x0. `τ = 0` is the probability flow, 1 the
 * reverse diffusion. The predictor knows x0 up to `s`. The estimate at its result is the only new one; with it the corrector takes
 * the same step again, with the same `z`, before the next begins. Xue et al. 2023 (arXiv 2309.05019), algorithm 1.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { notNegative } from './internal/not-negative.js';
import { type Departure, type Estimate, stochasticAdams } from './internal/stochastic-adams.js';

/**
 * SA-Solver. Without noise its order is the smaller of `predictor` and `corrector` (of `predictor` without a corrector); with noise no
 * more than 2, in the variance.
 * @param options.predictor how many estimates a step rests on, a positive integer, default 2
 * @param options.corrector the same for the corrector, whose newest is that at its end; 0 for none, default 2
 * @param options.tau how much noise, not negative, or that as a function of the level that a step starts at; default 1
 * @throws RangeError (`order-out-of-range`), (`tau-out-of-range`), the latter in a step if `tau` is a function
 */
export function saSolver<X = Tensor>(
  options: {
    readonly predictor?: number;
    readonly corrector?: number;
    readonly tau?: number | ((level: NoiseLevel) => number);
  } = {},
): Sampler<X, Departure<X> & { readonly past: readonly Estimate<X>[] }> {
  const { predictor = 2, corrector = 2, tau = 1 } = options;
  for (const [name, order, least] of [['predictor', predictor, 1] as const, ['corrector', corrector, 0] as const])
    if (!Number.isInteger(order) || order < least)
      throw invalid('order-out-of-range', `\`${name}\` must be an integer, at least ${least}, got ${order}`);
  const tauAt = typeof tau === 'function' ? (level: NoiseLevel) => finite(tau(level)) : () => tau;
  if (typeof tau === 'number') finite(tau);
  return {
    step({ from, to, denoise, combine, noise }, x, last) {
      const denoised = denoise(x, from);
      const past = [{ level: from, denoised }, ...(last?.past ?? [])];
      const corrects = last !== undefined && corrector > 0;
      const corrected = corrects ? stochasticAdams(combine, last, from, past.slice(0, corrector)) : x;
      const amount = tauAt(from);
      const draws = amount > 0 && to.sigma > 0;
      const departure = { from, x: corrected, tau: amount, noise: draws ? noise(from, to) : undefined };
      return {
        x: stochasticAdams(combine, departure, to, past.slice(0, predictor)),
        denoised,
        state: { ...departure, past: past.slice(0, Math.max(predictor, corrector - 1)) },
      };
    },
  };
}

function finite(tau: number): number {
  notNegative({ tau }, 'tau-out-of-range');
  return tau;
}
