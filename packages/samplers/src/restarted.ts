/**
 * Restart: go back up in noise and down again by the sampler, over an interval of levels, so that the chance of the way up forgets
 * errors made so far while the way down keeps the accuracy of a flow. The way up is the transition of the forward process,
 *
 *     x_t = (α_t/α_s)·x_s + √(σ_t²·(1 − SNR_t/SNR_s))·z
 *
 * Xu et al. 2023 (arXiv 2306.14878), algorithm 1. A grid from `revisiting` says where; any other step is the sampler's.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';

/** What the sampler hands on, lost on a way up, and the last estimate, which stands for one there. */
type Last<X, State> = { readonly denoised: X; readonly inner?: State };

/**
 * `sampler` that also goes up, by adding noise; of the sampler's order, without an evaluation on the way up.
 * @param sampler any sampler; one without noise of its own is what the paper means
 */
export function restarted<X = Tensor, State = unknown>(sampler: Sampler<X, State>): Sampler<X, Last<X, State>> {
  return {
    path: 'any',
    step(context, x, last) {
      const { from, to, combine, noise, denoise } = context;
      if (to.logSnr > from.logSnr) {
        const { state, ...result } = sampler.step(context, x, last?.inner);
        return { ...result, state: { denoised: result.denoised, ...(state !== undefined && { inner: state }) } };
      }
      const deviation = to.sigma * Math.sqrt(-Math.expm1(to.logSnr - from.logSnr));
      const denoised = last?.denoised ?? denoise(x, from);
      return { x: combine([to.alpha / from.alpha, x], [deviation, noise(from, to)]), denoised, state: { denoised } };
    },
  };
}
