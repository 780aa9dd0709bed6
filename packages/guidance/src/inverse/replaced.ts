/**
 * Inpainting by replacement: after each step, what is known takes its place in x, as noisy as the rest,
 *
 *     x_s ← mask·(α_s·image + σ_s·z) + (1 − mask)·x_s
 *
 * Song et al. 2021 (arXiv 2011.13456), appendix I.2; the "known region" of RePaint (Lugmayr et al. 2022, arXiv 2201.09865), eq. 8.
 * Clean data have exactly the given pixels. The rest is a biased draw: it hears of them only through the noise of each step, most of all
 * too late, so a region and its surroundings may not match. RePaint mends that by going back up: `restarted(replaced(…))` of
 * `@tweedie/samplers` on the grid `repainting(…)`.
 */
import { add, cast, mul, type Tensor, where } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';

/**
 * A sampler that keeps what is known.
 * @param sampler any, with the draws that it makes alone; `dormandPrince` goes on from an evaluation made before the replacement
 * @param options.image clean, `[1, …]` for all samples or `[batch, …]`; what the mask leaves out does not matter, but must be finite
 * @param options.mask known where it is not 0, of a shape that broadcasts to `[batch, …]`; both are borrowed, so keep them alive
 */
export function replaced<State = unknown>(
  sampler: Sampler<Tensor, State>,
  options: { readonly image: Tensor; readonly mask: Tensor },
): Sampler<Tensor, State> {
  const { image, mask } = options;
  return {
    ...sampler,
    step(context, x, last) {
      const result = sampler.step(context, x, last);
      const { from, to, noise } = context;
      const clean = mul(image, to.alpha);
      const known = to.sigma === 0 ? clean : add(clean, mul(noise(from, to), to.sigma));
      return { ...result, x: where(cast(mask, 'bool'), known, result.x) };
    },
  };
}
