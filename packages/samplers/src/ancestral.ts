/**
 * Ancestral sampling with any sampler: step below the level that is wanted, and come back to it with fresh noise. In `r = σ/α`,
 *
 *     r_down² = r_s² − r_up²,    r_up² = η²·r_s²·(1 − r_s²/r_t²),    x_s/α_s = x_down/α_down + r_up·z
 *
 * The noise is that of the posterior q(x_s | x_t, x0) for `η = 1`. Both halves keep the marginals, so that the variance is as
 * accurate as the sampler. Karras et al. 2022 (arXiv 2206.00364), section 4; the name is k-diffusion's.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { notNegative } from './internal/not-negative.js';

/**
 * `sampler` with a share of fresh noise in each step but one to clean data; the sampler's order, in the variance.
 * @param options.eta share of fresh noise, 0 (none) to 1 (ancestral, the default); beyond 1 the noise is capped at all there is
 * @param options.min smallest `σ/α` to step down to before the noise, default 0; networks know nothing below where they were trained
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`ancestral-out-of-range`) unless all are finite and not negative
 */
export function ancestral<X = Tensor, State = unknown>(
  sampler: Sampler<X, State>,
  options: { readonly eta?: number; readonly min?: number; readonly scale?: number } = {},
): Sampler<X, State> {
  const { eta = 1, min = 0, scale = 1 } = options;
  notNegative({ eta, min, scale }, 'ancestral-out-of-range');
  return {
    ...sampler,
    step(context, x, state) {
      const { from, to, process, combine, noise } = context;
      const h = to.logSnr - from.logSnr;
      const floor = (min * Math.exp(to.logSnr / 2)) ** 2; // of r_down²/r_s²
      const renewed = Math.min(-(eta ** 2) * Math.expm1(-h), 1 - floor, 1); // r_up²/r_s²
      if (to.sigma === 0 || !(renewed > 0)) return sampler.step(context, x, state);
      // for η = 1 nothing is subtracted: a long step would leave rounding only
      const kept = Math.max((1 - eta) * (1 + eta) + eta ** 2 * Math.exp(-h), floor, 0);
      const down = process.level(to.logSnr - Math.log(kept));
      const result = sampler.step({ ...context, to: down }, x, state);
      const fresh = scale * to.sigma * Math.sqrt(renewed);
      const estimate = result.error !== undefined && { estimate: result.x };
      return { ...result, ...estimate, x: combine([to.alpha / down.alpha, result.x], [fresh, noise(from, to)]) };
    },
  };
}
