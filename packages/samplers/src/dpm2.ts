/**
 * DPM2: the midpoint method on the probability flow `dy/dr = (y − x0)/r`, `y = x/α`, `r = σ/α`, with the inner point in the middle
 * of `ln r` instead of `r`. With `ρ = r_s/r_t`, `G = ρ^{−1/2} − ρ^{1/2}` and the estimate `x0'` there,
 *
 *     x_s = (σ_s/σ_t)·x_t + α_s·G·[x0' − (1 − ρ^{1/2})·x0]
 *
 * After DPM-Solver-2 (Lu et al. 2022, arXiv 2206.00927) and Karras et al. 2022 (arXiv 2206.00364); k-diffusion's `sample_dpm_2`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { isLeap } from './internal/multistep.js';

/** DPM2, order 2. A step from pure noise, to `σ = 0` or nearly so is Euler's: it has no middle in `ln r`. */
export function dpm2<X = Tensor>(): Sampler<X, undefined> {
  return {
    step({ from, to, process, denoise, combine }, x) {
      const denoised = denoise(x, from);
      const ratio = to.sigma / from.sigma;
      if (isLeap(from, to)) return { x: combine([ratio, x], [to.alpha - from.alpha * ratio, denoised]), denoised };

      const half = (to.logSnr - from.logSnr) / 4; // −½ ln ρ
      const middle = process.level((from.logSnr + to.logSnr) / 2);
      const approach = -Math.expm1(-half); // 1 − ρ^{1/2}
      const inner = denoise(combine([middle.sigma / from.sigma, x], [middle.alpha * approach, denoised]), middle);
      const gain = 2 * to.alpha * Math.sinh(half);
      return { x: combine([ratio, x], [-gain * approach, denoised], [gain, inner]), denoised: inner };
    },
  };
}
