/**
 * SA-Solver: a stochastic Adams method for the reverse diffusion, with a predictor and a corrector,
 *
 *     x_t = (σ_t/σ_s) e^(−τ²h)·x_s + α_t·Σ wᵢ·x0ᵢ + σ_t·√(1 − e^(−2τ²h))·z,    h = ln(α_t/σ_t) − ln(α_s/σ_s)
 *
 * with the exact weights of polynomials in log-SNR through the last estimates of x0, or the like of it in ε. `τ = 0` is the
 * probability flow, 1 the reverse diffusion. The predictor knows x0 up to `s`. The estimate at its result is the only new one; with
 * it the corrector takes the same step again, with the same `z`, before the next begins. Xue et al. 2023 (arXiv 2309.05019), algorithm 1.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { firstOrder } from './exponential.js';
import { invalid } from './internal/invalid.js';
import { epsilonOf, isPureNoise } from './internal/multistep.js';
import { notNegative } from './internal/not-negative.js';
import { checkPredicted, type Predicted } from './internal/predicted.js';
import { type Departure, type Estimate, stochasticAdamsOverData, stochasticAdamsOverNoise } from './internal/stochastic-adams.js';

/**
 * SA-Solver. Without noise its order is the smaller of `predictor` and `corrector` (of `predictor` without a corrector); with noise no
 * more than 2, in the variance.
 * @param options.predictor how many estimates a step rests on, a positive integer, default 2
 * @param options.corrector the same for the corrector, whose newest is that at its end; 0 for none, default 2
 * @param options.tau how much noise, not negative, or that as a function of the level that a step starts at; default 1
 * @param options.predicts whether estimates of x0 (the default) or of ε are taken for a polynomial
 * @throws RangeError (`order-out-of-range`), (`prediction-unknown`), (`tau-out-of-range`), the last in a step if `tau` is a function
 */
export function saSolver<X = Tensor>(
  options: {
    readonly predictor?: number;
    readonly corrector?: number;
    readonly tau?: number | ((level: NoiseLevel) => number);
    readonly predicts?: Predicted;
  } = {},
): Sampler<X, (Departure<X> & { readonly past: readonly Estimate<X>[] }) | undefined> {
  const { predictor = 2, corrector = 2, tau = 1, predicts = 'x0' } = options;
  checkPredicted(predicts);
  const overNoise = predicts === 'epsilon';
  const reach = overNoise ? stochasticAdamsOverNoise : stochasticAdamsOverData;
  for (const [name, order, least] of [['predictor', predictor, 1] as const, ['corrector', corrector, 0] as const])
    if (!Number.isInteger(order) || order < least)
      throw invalid('order-out-of-range', `\`${name}\` must be an integer, at least ${least}, got ${order}`);
  const tauAt = typeof tau === 'function' ? (level: NoiseLevel) => finite(tau(level)) : () => tau;
  if (typeof tau === 'number') finite(tau);
  return {
    step(context, x, last) {
      const { from, to, denoise, combine, noise } = context;
      const denoised = denoise(x, from);
      const value = overNoise ? epsilonOf(context, x, from, denoised) : denoised;
      const past = [{ level: from, value }, ...(last?.past ?? [])];
      const corrects = last !== undefined && corrector > 0;
      const corrected = corrects ? reach(combine, last, from, past.slice(0, corrector)) : x;
      // a step from pure noise or to clean data is infinite in log-SNR, and so is the weight of ε
      if (overNoise && (to.sigma === 0 || isPureNoise(from)))
        return { x: combine(...firstOrder(from, to, corrected, denoised)), denoised, state: undefined };

      const amount = tauAt(from);
      const draws = amount > 0 && to.sigma > 0;
      const departure = { from, x: corrected, tau: amount, noise: draws ? noise(from, to) : undefined };
      return {
        x: reach(combine, departure, to, past.slice(0, predictor)),
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
