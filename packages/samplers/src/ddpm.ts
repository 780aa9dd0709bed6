/**
 * Ancestral sampling of DDPM: the posterior of the forward process with the estimate in place of the data. With
 * `g = 1 − SNR_t/SNR_s`, so that the transition from s to t has variance `σ²_{t|s} = g·σ_t²`,
 *
 *     x_s = (α_t σ_s²)/(α_s σ_t²)·x_t + α_s g·x0 + √v·z,    v = g·σ_s² ("small") or g·σ_t² ("large") or learned
 *
 * "Small" is the variance of q(x_s | x_t, x0), right for data at one point; "large" is that of the transition, β where
 * s and t are neighbours, right for data N(0, I). Ho et al. 2020 (arXiv 2006.11239), eq. 6–7 and section 3.2. The step that
 * ends on clean data draws no noise, as there in algorithm 2. A network may have learned the variance of each element between
 * the two: Nichol & Dhariwal 2021 (arXiv 2102.09672), eq. 15.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/** Variance of the noise in a step. */
export type StepVariance = 'small' | 'large' | 'learned';

/**
 * DDPM's ancestral sampler, of weak order 1.
 * @param options.variance of the noise in each step: `'small'` (default), the posterior's, `'large'`, the transition's, or
 * `'learned'`, what the denoiser notes as `variance`: `varianceDenoiser` of `@tweedie/losses` does
 * @throws RangeError (`variance-unknown`) if `variance` is none of these; in a step, Error (`variance-not-noted`)
 */
export function ddpm<X = Tensor>(options: { readonly variance?: StepVariance } = {}): Sampler<X, undefined> {
  const { variance = 'small' } = options;
  if (variance !== 'small' && variance !== 'large' && variance !== 'learned')
    throw invalid('variance-unknown', `\`variance\` must be 'small', 'large' or 'learned', got ${variance}`);
  return {
    step({ from, to, denoise, combine, noise, recall }, x) {
      const denoised = denoise(x, from);
      const gain = -Math.expm1(from.logSnr - to.logSnr);
      const mean = [
        [(from.alpha / to.alpha) * (to.sigma / from.sigma) ** 2, x],
        [to.alpha * gain, denoised],
      ] as const;
      if (to.sigma === 0) return { x: combine(...mean), denoised };
      if (variance === 'learned') return { x: combine(...mean, [1, noise(from, to, given(recall('variance')))]), denoised };
      const deviation = Math.sqrt(gain) * (variance === 'small' ? to.sigma : from.sigma);
      return { x: combine(...mean, [deviation, noise(from, to)]), denoised };
    },
  };
}

function given<X>(variance: X | undefined): X {
  if (variance !== undefined) return variance;
  throw invalid(
    'variance-not-noted',
    'a learned variance must be noted by the denoiser: use `varianceDenoiser` of @tweedie/losses, or another `variance`',
    Error,
  );
}
