/**
 * Linear multistep (Adams–Bashforth) on the probability flow `d(x/α)/dr = ε`, `r = σ/α`: the last estimates of the noise are
 * interpolated by a polynomial in `r`, which is integrated exactly over the step, however uneven the grid.
 *
 *     x_t = α_t·(x_s/α_s + Σ wᵢ εᵢ),    wᵢ = ∫_{r_s}^{r_t} ℓᵢ(r) dr
 *
 * Known as LMS in k-diffusion (Crowson 2022), ρAB-DEIS (Zhang & Chen 2023, arXiv 2204.13902), and iPNDM-v.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { adamsWeights } from './adams.js';
import { multistep, type Past, ratioOf, usable } from './internal/multistep.js';

/**
 * LMS. The first steps are of the orders 1, 2, … that their past allows.
 * @param options.order how many estimates a step rests on, a positive integer, default 4
 * @throws RangeError (`order-not-positive`)
 */
export function lms<X = Tensor>(options: { readonly order?: number } = {}): Sampler<X, readonly Past<X>[]> {
  return multistep(options.order ?? 4, ({ from, to }, past) => {
    // In units of the step, so that no power of a huge ratio arises.
    const span = ratioOf(to) - ratioOf(from);
    const earlier = past.map((level) => (ratioOf(level) - ratioOf(from)) / span);
    const weights = adamsWeights([0, ...usable(0, earlier)], 1);
    return weights.slice(1).map((weight) => span * weight);
  });
}
