/**
 * Multistep sampling of a consistency model: jump to the data, and put the noise of the next level on top. With `r = σ/α`,
 *
 *     x_s = α_s·(x0 + √(r_s² − ε²)·s·z)
 *
 * where `x0` is the end of the flow through `x`, up to the noise ε at which the model was trained to stop. Song et al. 2023
 * (arXiv 2303.01469), algorithm 1; with ε = 0 the sampling of latent consistency models, Luo et al. 2023 (arXiv 2310.04378), and
 * of flows that were distilled into few steps.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { notNegative } from './internal/not-negative.js';

/**
 * Consistency sampling. Of no order: with the posterior mean in place of a consistency model, samples fall short of the data's
 * spread, however many the steps.
 * @param options.least ε, the `σ/α` that the model's answers still have, default 0; 0.002 in the paper
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`noise-out-of-range`) unless both are finite and not negative
 */
export function consistency<X = Tensor>(
  options: { readonly least?: number; readonly scale?: number } = {},
): Sampler<X, undefined> {
  const { least = 0, scale = 1 } = options;
  notNegative({ least, scale }, 'noise-out-of-range');
  return {
    step({ from, to, denoise, combine, noise }, x) {
      const denoised = denoise(x, from);
      const carried = to.alpha * least;
      const fresh = scale * Math.sqrt(Math.max(0, (to.sigma - carried) * (to.sigma + carried)));
      const data = [to.alpha, denoised] as const;
      return { x: fresh === 0 ? combine(data) : combine(data, [fresh, noise(from, to)]), denoised };
    },
  };
}
