/**
 * DPM-Solver-3: third order from three evaluations, as {@link dpmpp3s} but over ε instead of x0; `h` is the step in `ln(α/σ)`.
 *
 *     u₁  = (α₁/α_t)·x_t − σ₁ (e^{r1·h} − 1)·ε
 *     u₂  = (α₂/α_t)·x_t − σ₂ (e^{r2·h} − 1)·ε − (r2/r1)·σ₂ ((e^{r2·h} − 1)/(r2·h) − 1)·(ε₁ − ε)
 *     x_s = (α_s/α_t)·x_t − σ_s (e^h − 1)·ε − (1/r2)·σ_s ((e^h − 1)/h − 1)·(ε₂ − ε)
 *
 * Lu et al. 2022 (arXiv 2206.00927), algorithm 2.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { overNoise } from './internal/integrand.js';
import { type Kind, singlestep } from './internal/singlestep.js';
import { checkSinglestep } from './internal/singlestep-options.js';

/**
 * DPM-Solver-3, order 3. A step from pure noise, or to `σ = 0`, is first order.
 * @param options.r1 where the first inner point lies in the step, default 1/3
 * @param options.r2 where the second one lies, above `r1` and at most 1, default 2/3; with another the order is 2
 * @param options.kind `'midpoint'`, the default and the paper's: the last estimate's difference alone; `'heun'`: the parabola through all
 * @param options.stage how the second inner point weighs the first: `'heun'`, the default and the paper's, or `'midpoint'`
 * @throws RangeError (`inner-out-of-range`); TypeError (`kind-unknown`)
 */
export function dpmSolver3<X = Tensor>(
  options: { readonly r1?: number; readonly r2?: number; readonly kind?: Kind; readonly stage?: Kind } = {},
): Sampler<X, undefined> {
  const { r1 = 1 / 3, r2 = 2 / 3, kind = 'midpoint', stage = 'heun' } = options;
  checkSinglestep({ r1, r2 }, { kind, stage });
  const method = { integrand: overNoise, inner: [r1, r2], kind, stage };
  return { step: (context, x) => singlestep(context, x, method) };
}
