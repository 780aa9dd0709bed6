/**
 * The Euler–Maruyama method on the reverse of the forward SDE `dx = f x dt + g dw`, in the process's own time. Over `dt = t − s`,
 *
 *     x_s = x_t − [f x_t − ½(1 + η²) g²·score]·dt + η g √dt·z,    score = (α_t x0 − x_t)/σ_t²
 *
 * `η = 1` is the reverse SDE, `η = 0` the probability flow; all have the same marginals. Song et al. 2021 (arXiv 2011.13456),
 * eq. 6 and 13 and appendix E; the family as in Zhang & Chen 2023 (arXiv 2204.13902). The step that ends on clean data
 * draws no noise, as "denoising" there.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { notNegative } from './internal/not-negative.js';

/**
 * Euler–Maruyama, of weak order 1. It knows levels by their time: they should lie in the range of the schedule.
 * @param options.eta how much fresh noise: 1 (default) for the reverse SDE, 0 for the probability flow, any number not negative
 * @throws RangeError (`eta-out-of-range`) if `eta` is negative or not finite; a step throws (`rate-infinite`) where the SDE has
 * no finite coefficients, as a schedule that ends on pure noise has at `t = 1`
 */
export function eulerMaruyama<X = Tensor>(options: { readonly eta?: number } = {}): Sampler<X, undefined> {
  const { eta = 1 } = options;
  notNegative({ eta }, 'eta-out-of-range');
  return {
    step({ from, to, process, denoise, combine, noise }, x) {
      const [dt, drift, diffusion] = [from.t - to.t, process.drift(from.t), process.diffusion(from.t)];
      if (!Number.isFinite(drift + diffusion))
        throw invalid(
          'rate-infinite',
          `the SDE must be finite at t = ${from.t}, got drift ${drift} and diffusion ${diffusion}: wrap the schedule in \`clamped\``,
        );
      const denoised = denoise(x, from);
      const pull = ((1 + eta ** 2) / 2) * ((diffusion * dt) / from.sigma ** 2);
      const mean = [
        [1 - drift * dt - pull, x],
        [pull * from.alpha, denoised],
      ] as const;
      const deviation = to.sigma === 0 ? 0 : eta * Math.sqrt(diffusion * dt);
      return { x: deviation === 0 ? combine(...mean) : combine(...mean, [deviation, noise(from, to)]), denoised };
    },
  };
}
