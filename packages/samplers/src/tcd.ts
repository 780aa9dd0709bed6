/**
 * Sampling of a trajectory consistency model: follow the flow further than the next level `s`, to time
 * `(1 − γ)·s`, and come back along the forward process.
 *
 *     x_m = DDIM(x_t → m),    x_s = (α_s/α_m)·x_m + √(σ_s² − (α_s σ_m/α_m)²)·z,    m = (1 − γ)·s
 *
 * `γ = 0` is deterministic, `γ = 1` goes to the data and back as consistency sampling does. Zheng et al. 2024 (arXiv 2402.19159),
 * "strategic stochastic sampling".
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { ddim } from './ddim.js';
import { invalid } from './internal/invalid.js';

/**
 * Trajectory consistency sampling (TCD); of order 1 for `gamma` 0, else of none with a plain denoiser.
 * @param options.gamma share of the next level's time to go beyond it, from 0 to 1; default 0.3
 * @throws RangeError (`gamma-out-of-range`) if `gamma` is not between 0 and 1
 */
export function tcd<X = Tensor>(options: { readonly gamma?: number } = {}): Sampler<X, undefined> {
  const { gamma = 0.3 } = options;
  if (!(gamma >= 0 && gamma <= 1)) throw invalid('gamma-out-of-range', `\`gamma\` must be between 0 and 1, got ${gamma}`);
  const flow = ddim<X>();
  return {
    step(context, x) {
      const { to, process, combine, noise } = context;
      const beyond = process.at((1 - gamma) * to.t);
      // a clean end may lie beyond the process's own
      if (gamma === 0 || !(beyond.logSnr > to.logSnr)) return flow.step(context, x, undefined);
      const { x: cleaner, denoised } = flow.step({ ...context, to: beyond }, x, undefined);
      const fresh = to.sigma * Math.sqrt(-Math.expm1(to.logSnr - beyond.logSnr));
      return { x: combine([to.alpha / beyond.alpha, cleaner], [fresh, noise(beyond, to)]), denoised };
    },
  };
}
