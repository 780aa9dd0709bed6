/**
 * Heun's method on the probability flow `dy/dr = (y − x0)/r`, `y = x/α`, `r = σ/α`: an Euler step, and then the mean of the
 * slopes at both ends. With `ρ = r_s/r_t` and the second estimate `x0'` at the end of the Euler step,
 *
 *     x_s = (σ_s/σ_t)·x_t + α_s (1 − ρ)·[(1 − 1/2ρ)·x0 + (1/2ρ)·x0']
 *
 * Karras et al. 2022 (arXiv 2206.00364), algorithm 1.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { isLeap } from './internal/multistep.js';

/** Heun's method in `σ/α`, order 2. A step from pure noise, to `σ = 0` or nearly so is Euler's, as one slope is infinite there. */
export function heun<X = Tensor>(): Sampler<X, undefined> {
  return {
    step({ from, to, denoise, combine }, x) {
      const denoised = denoise(x, from);
      const ratio = to.sigma / from.sigma;
      const gain = to.alpha - from.alpha * ratio;
      const predicted = combine([ratio, x], [gain, denoised]);
      if (isLeap(from, to)) return { x: predicted, denoised };

      const corrected = denoise(predicted, to);
      const share = to.alpha / (2 * from.alpha * ratio); // 1/2ρ
      return { x: combine([ratio, x], [gain * (1 - share), denoised], [gain * share, corrected]), denoised: corrected };
    },
  };
}
