/**
 * DPM-Solver++ SDE: DPM-Solver++(2S) with fresh noise at the inner point and at the end of each step, along the SDE instead of the flow
 *
 *     x_s = (σ_s/σ_t) e^{−h}·x_t + α_s (1 − e^{−2h})·D + σ_s √(1 − e^{−2h})·z,    h the step in ln(α/σ),  η = 1
 *
 * After Lu et al. 2022 (arXiv 2211.01095), section 5; k-diffusion's `sample_dpmpp_sde`, whose name it has, `r` being our `r1`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { dpmpp2s } from './dpmpp-2s.js';

/**
 * DPM-Solver++ SDE, order 1 in the variance, or 2 without noise.
 * @param options.eta share of fresh noise, from 0 (none) to 1, the default; beyond 1 it is capped at all there is
 * @param options.r1 where the inner point lies, above 0 and at most 1; default in the middle
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`inner-out-of-range`), (`noise-out-of-range`)
 */
export function dpmppSde<X = Tensor>(
  options: { readonly eta?: number; readonly r1?: number; readonly scale?: number } = {},
): Sampler<X, undefined> {
  return dpmpp2s({ eta: 1, ...options });
}
