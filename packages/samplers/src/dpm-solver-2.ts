/**
 * DPM-Solver-2: second order from two evaluations, as {@link dpmpp2s} but over ε instead of x0.
 *
 *     u   = (α_u/α_t)·x_t − σ_u (e^{r1·h} − 1)·ε
 *     x_s = (α_s/α_t)·x_t − σ_s (e^h − 1)·[(1 − 1/2r1)·ε + (1/2r1)·ε'],    ε' the estimate at u,  h the step in ln(α/σ)
 *
 * Lu et al. 2022 (arXiv 2206.00927), algorithm 1 and eq. 4.1.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { overNoise } from './internal/integrand.js';
import { type Kind, singlestep } from './internal/singlestep.js';
import { checkSinglestep } from './internal/singlestep-options.js';

/**
 * DPM-Solver-2, order 2. A step from pure noise, or to `σ = 0`, is first order.
 * @param options.r1 where the inner point lies in the step, above 0 and at most 1; default in the middle
 * @param options.kind weight of the second estimate: `'midpoint'`, the default, or `'heun'`, which integrates a line exactly
 * @throws RangeError (`inner-out-of-range`); TypeError (`kind-unknown`)
 */
export function dpmSolver2<X = Tensor>(options: { readonly r1?: number; readonly kind?: Kind } = {}): Sampler<X, undefined> {
  const { r1 = 1 / 2, kind = 'midpoint' } = options;
  checkSinglestep({ r1 }, { kind });
  const method = { integrand: overNoise, inner: [r1], kind };
  return { step: (context, x) => singlestep(context, x, method) };
}
