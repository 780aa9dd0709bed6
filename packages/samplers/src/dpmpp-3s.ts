/**
 * DPM-Solver++(3S): third order from three evaluations, at the shares 0, `r1` and `r2` of the step in `λ = ln(α/σ)`.
 *
 *     u₁  = (σ₁/σ_t)·x_t − α₁ (e^{−r1·h} − 1)·x0
 *     u₂  = (σ₂/σ_t)·x_t − α₂ (e^{−r2·h} − 1)·x0 + (r2/r1)·α₂ ((e^{−r2·h} − 1)/(r2·h) + 1)·(x0₁ − x0)
 *     x_s = (σ_s/σ_t)·x_t − α_s (e^{−h} − 1)·x0 + (1/r2)·α_s ((e^{−h} − 1)/h + 1)·(x0₂ − x0)
 *
 * Lu et al. 2022 (arXiv 2206.00927), algorithm 2, over x0 as in (arXiv 2211.01095).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { overData } from './internal/integrand.js';
import { type Kind, singlestep } from './internal/singlestep.js';
import { checkSinglestep } from './internal/singlestep-options.js';

/**
 * DPM-Solver++(3S), order 3; with noise 1, in the variance. A step from pure noise, or to `σ = 0`, is first order.
 * @param options.r1 where the first inner point lies, default 1/3
 * @param options.r2 where the second one lies, above `r1` and at most 1, default 2/3; with another the order is 2
 * @param options.kind `'midpoint'`, the default and the paper's: the last estimate's difference alone; `'heun'`: the parabola through all
 * @param options.stage how the second inner point weighs the first: `'heun'`, the default and the paper's, or `'midpoint'`
 * @param options.eta share of fresh noise, from 0 (default: none, the flow) to 1 (ancestral); beyond 1 it is capped at all there is
 * @throws RangeError (`inner-out-of-range`), (`noise-out-of-range`); TypeError (`kind-unknown`)
 */
export function dpmpp3s<X = Tensor>(
  options: {
    readonly r1?: number;
    readonly r2?: number;
    readonly kind?: Kind;
    readonly stage?: Kind;
    readonly eta?: number;
  } = {},
): Sampler<X, undefined> {
  const { r1 = 1 / 3, r2 = 2 / 3, kind = 'midpoint', stage = 'heun', eta = 0 } = options;
  checkSinglestep({ r1, r2 }, { kind, stage }, { eta });
  const method = { integrand: overData({ eta, scale: 1 }), inner: [r1, r2], kind, stage };
  return { step: (context, x) => singlestep(context, x, method) };
}
