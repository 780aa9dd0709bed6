/**
 * DPM-Solver++(2S): second order from two evaluations, the second at the share `r1` of the step in `λ = ln(α/σ)`.
 *
 *     u   = (σ_u/σ_t)·x_t − α_u (e^{−r1·h} − 1)·x0
 *     x_s = (σ_s/σ_t)·x_t − α_s (e^{−h} − 1)·[(1 − 1/2r1)·x0 + (1/2r1)·x0'],    x0' the estimate at u
 *
 * Lu et al. 2022 (arXiv 2211.01095), algorithm 1. With `eta` 1 it is the singlestep SDE-DPM-Solver++ (there, appendix), each of
 * the two levels being reached with noise of its own.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { overData } from './internal/integrand.js';
import { type Kind, singlestep } from './internal/singlestep.js';
import { checkSinglestep } from './internal/singlestep-options.js';

/**
 * DPM-Solver++(2S), order 2; with noise 1, in the variance. A step from pure noise, or to `σ = 0`, is first order.
 * @param options.r1 where the inner point lies, above 0 and at most 1; default in the middle
 * @param options.kind weight of the second estimate: `'midpoint'`, the default, or `'heun'`, which integrates a line exactly
 * @param options.eta share of fresh noise, from 0 (default: none, the flow) to 1 (ancestral); beyond 1 it is capped at all there is
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`inner-out-of-range`), (`noise-out-of-range`); TypeError (`kind-unknown`)
 */
export function dpmpp2s<X = Tensor>(
  options: { readonly r1?: number; readonly kind?: Kind; readonly eta?: number; readonly scale?: number } = {},
): Sampler<X, undefined> {
  const { r1 = 1 / 2, kind = 'midpoint', eta = 0, scale = 1 } = options;
  checkSinglestep({ r1 }, { kind }, { eta, scale });
  const method = { integrand: overData({ eta, scale }), inner: [r1], kind };
  return { step: (context, x) => singlestep(context, x, method) };
}
