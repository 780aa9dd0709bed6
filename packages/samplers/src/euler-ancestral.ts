/**
 * The ancestral Euler method of k-diffusion: an Euler step further down than the next level, and noise up to it. With `r = σ/α`,
 *
 *     y_s = y_t + (r_down − r_t)·(y_t − x0)/r_t + r_up·s·z,    r_up = min(r_s, η·r_s·√(1 − r_s²/r_t²)),    r_down² = r_s² − r_up²
 *
 * in `y = x/α`: the step of DDIM with the same η, under the name and with the defaults of k-diffusion's `sample_euler_ancestral`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { ddim } from './ddim.js';
import { notNegative } from './internal/not-negative.js';

/**
 * Ancestral Euler, of weak order 1.
 * @param options.eta amount of fresh noise, not negative; default 1
 * @param options.scale standard deviation of the draws, k-diffusion's `s_noise`; default 1
 * @throws RangeError (`eta-out-of-range`) as `ddim`, (`noise-out-of-range`) unless `scale` is finite and not negative
 */
export function eulerAncestral<X = Tensor>(
  options: { readonly eta?: number; readonly scale?: number } = {},
): Sampler<X, undefined> {
  const { eta = 1, scale = 1 } = options;
  notNegative({ scale }, 'noise-out-of-range');
  const sampler = ddim<X>({ eta });
  if (scale === 1) return sampler;
  return {
    step: (context, x) =>
      sampler.step({ ...context, noise: (...draw) => context.combine([scale, context.noise(...draw)]) }, x, undefined),
  };
}
