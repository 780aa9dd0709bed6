/**
 * DDIM: keep the noise that the estimate implies, and renew a share of it.
 *
 *     x_s = α_s·x0 + √(σ_s² − v)·ε̂ + √v·z,    ε̂ = (x_t − α_t·x0)/σ_t,    v = min(σ_s², η²·σ_s²·(1 − SNR_t/SNR_s))
 *
 * `η = 0` is deterministic, a first-order step along the probability flow; `η = 1` has the variance of the posterior
 * q(x_s | x_t, x0) and is ancestral sampling; above it more noise is renewed, up to all of it. Song et al. 2021 (arXiv 2010.02502), eq. 12 and 16, there for α² + σ² = 1;
 * here for every process.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { notNegative } from './internal/not-negative.js';

/**
 * DDIM, order 1. With `eta` 0 it also runs backwards, from data to noise: `{ ...ddim(), path: 'any' }`.
 * @param options.eta amount of fresh noise, not negative: 0 (default) none, the flow; 1 ancestral
 * @throws RangeError (`eta-out-of-range`) if `eta` is negative or not finite
 */
export function ddim<X = Tensor>(options: { readonly eta?: number } = {}): Sampler<X, undefined> {
  const { eta = 0 } = options;
  notNegative({ eta }, 'eta-out-of-range');
  return {
    step({ from, to, denoise, combine, noise }, x) {
      const denoised = denoise(x, from);
      const h = to.logSnr - from.logSnr;
      const renewed = eta === 0 ? 0 : to.sigma * Math.min(1, eta * Math.sqrt(-Math.expm1(-h)));
      // σ_s² − v with nothing subtracted: for η = 1 a long step would leave rounding only
      const kept = eta === 0 ? 1 : Math.sqrt(Math.max(0, (1 - eta) * (1 + eta) + eta ** 2 * Math.exp(-h)));
      const ratio = (kept * to.sigma) / from.sigma;
      const mean = [
        [ratio, x],
        [to.alpha - from.alpha * ratio, denoised],
      ] as const;
      return { x: renewed === 0 ? combine(...mean) : combine(...mean, [renewed, noise(from, to)]), denoised };
    },
  };
}
