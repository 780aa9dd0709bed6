/**
 * The reverse diffusion sampler: undo the transition `x_t = a x_s + √v·z` of the forward process as if its increment were that
 * of an SDE. With `a = α_t/α_s`, `v = g·σ_t²` and `g = 1 − SNR_t/SNR_s`,
 *
 *     x_s = (2 − a)·x_t + ½(1 + η²) v·score + η √v·z,    score = (α_t x0 − x_t)/σ_t²
 *
 * `η = 1` is the reverse SDE, `η = 0` the probability flow. Song et al. 2021 (arXiv 2011.13456), eq. 46 and appendix E; in
 * algorithms 2 and 3 there the predictor. The step that ends on clean data draws no noise, as "denoising" there.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { notNegative } from './internal/not-negative.js';

/**
 * Reverse diffusion, of weak order 1.
 * @param options.eta how much fresh noise: 1 (default) for the reverse SDE, 0 for the probability flow, any number not negative
 * @throws RangeError (`eta-out-of-range`) if `eta` is negative or not finite
 */
export function reverseDiffusion<X = Tensor>(options: { readonly eta?: number } = {}): Sampler<X, undefined> {
  const { eta = 1 } = options;
  notNegative({ eta }, 'eta-out-of-range');
  return {
    step({ from, to, denoise, combine, noise }, x) {
      const denoised = denoise(x, from);
      const gain = -Math.expm1(from.logSnr - to.logSnr);
      const pull = ((1 + eta ** 2) / 2) * gain;
      const mean = [
        [2 - from.alpha / to.alpha - pull, x],
        [pull * from.alpha, denoised],
      ] as const;
      const deviation = to.sigma === 0 ? 0 : eta * from.sigma * Math.sqrt(gain);
      return { x: deviation === 0 ? combine(...mean) : combine(...mean, [deviation, noise(from, to)]), denoised };
    },
  };
}
