/**
 * Ancestral sampling of DDPM: the posterior of the forward process with the estimate in place of the data. With
 * `g = 1 − SNR_t/SNR_s`, so that the transition from s to t has variance `σ²_{t|s} = g·σ_t²`,
 *
 *     x_s = (α_t σ_s²)/(α_s σ_t²)·x_t + α_s g·x0 + √v·z,    v = g·σ_s² ("small") or g·σ_t² ("large")
 *
 * "Small" is the variance of q(x_s | x_t, x0), right for data at one point; "large" is that of the transition, β where
 * s and t are neighbours, right for data N(0, I). Ho et al. 2020 (arXiv 2006.11239), eq. 6–7 and section 3.2. The step that
 * ends on clean data draws no noise, as there in algorithm 2.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * DDPM's ancestral sampler, of weak order 1.
 * @param options.variance of the noise in each step: `'small'` (default), the posterior's, or `'large'`, the transition's
 * @throws RangeError (`variance-unknown`) if `variance` is neither
 */
export function ddpm<X = Tensor>(options: { readonly variance?: 'small' | 'large' } = {}): Sampler<X, undefined> {
  const { variance = 'small' } = options;
  if (variance !== 'small' && variance !== 'large')
    throw invalid('variance-unknown', `\`variance\` must be 'small' or 'large', got ${variance}`);
  return {
    step({ from, to, denoise, combine, noise }, x) {
      const denoised = denoise(x, from);
      const gain = -Math.expm1(from.logSnr - to.logSnr);
      const mean = [
        [(from.alpha / to.alpha) * (to.sigma / from.sigma) ** 2, x],
        [to.alpha * gain, denoised],
      ] as const;
      if (to.sigma === 0) return { x: combine(...mean), denoised };
      const deviation = Math.sqrt(gain) * (variance === 'small' ? to.sigma : from.sigma);
      return { x: combine(...mean, [deviation, noise(from, to)]), denoised };
    },
  };
}
