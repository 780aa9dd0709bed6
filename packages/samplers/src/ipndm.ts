/**
 * iPNDM: PNDM's multistep rule from the first step on, with as many estimates as there are.
 *
 *     x_t = α_t·(x_s/α_s + (r_t − r_s)·Σ bᵢ εᵢ),    b = (1), (3, −1)/2, (23, −16, 5)/12, (55, −59, 37, −9)/24
 *
 * with `r = σ/α`. The weights are those of even steps, whatever the steps are, so that the order is 2 at best, and smoothness
 * gives the rest. Liu et al. 2022 (arXiv 2202.09778), eq. 11 and 12; Zhang & Chen 2023 (arXiv 2204.13902), section 4. The same
 * with weights for the steps as they are is `lms`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { adamsWeights } from './adams.js';
import { multistep, type Past, ratioOf } from './internal/multistep.js';

/**
 * iPNDM, order 2 (1 for `order` 1).
 * @param options.order how many estimates a step rests on, a positive integer, default 4
 * @throws RangeError (`order-not-positive`)
 */
export function ipndm<X = Tensor>(options: { readonly order?: number } = {}): Sampler<X, readonly Past<X>[]> {
  return multistep(options.order ?? 4, ({ from, to }, past) => {
    const span = ratioOf(to) - ratioOf(from);
    const weights = adamsWeights([0, ...past.map((_, i) => -1 - i)], 1);
    return weights.slice(1).map((weight) => span * weight);
  });
}
