/**
 * Euler's method on the probability flow. In `y = x/α` over `r = σ/α` the flow is `dy/dr = (y − x0)/r`, so that
 *
 *     x_s = α_s·(y + (r_s − r_t)·(y − x0)/r_t) = (σ_s/σ_t)·x_t + (α_s − α_t σ_s/σ_t)·x0
 *
 * Karras et al. 2022 (arXiv 2206.00364), algorithm 1 without its second half. The same step as DDIM's with η = 0.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';

/** Euler's method in `σ/α`, order 1. */
export function euler<X = Tensor>(): Sampler<X, undefined> {
  return {
    step({ from, to, denoise, combine }, x) {
      const denoised = denoise(x, from);
      const ratio = to.sigma / from.sigma;
      return { x: combine([ratio, x], [to.alpha - from.alpha * ratio, denoised]), denoised };
    },
  };
}
