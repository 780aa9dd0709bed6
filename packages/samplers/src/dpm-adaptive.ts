/**
 * DPM-Solver-12 and -23: a singlestep DPM-Solver and, from the same evaluations, one of an order less. Their difference is the error of
 * a step, by which a step control chooses the lengths:
 *
 *     x_high = (α_s/α_t)·x_t − σ_s·I_n(h),    x_low = (α_s/α_t)·x_t − σ_s·I_{n−1}(h),    error = x_high − x_low
 *
 * with `I_n` the integral of DPM-Solver-n over ε, or that of DPM-Solver++ over x0. Lu et al. 2022 (arXiv 2206.00927), appendix C.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { overData, overNoise } from './internal/integrand.js';
import { invalid } from './internal/invalid.js';
import { type Kind, singlestep } from './internal/singlestep.js';
import { checkSinglestep } from './internal/singlestep-options.js';

/**
 * DPM-Solver-12 or -23, for a run with a `control` such as `pid()` or `elementary()`; without one it takes the grid's steps. A step from
 * pure noise, or to `σ = 0`, is first order. With noise it is `ancestral(dpmAdaptive())`.
 * @param options.order of the better estimate, and evaluations per step: 2 or 3 (default)
 * @param options.over what is integrated: `'epsilon'` (default, DPM-Solver) or `'x0'` (DPM-Solver++)
 * @param options.kind weight of the last estimate: `'midpoint'`, the default, or `'heun'`, the polynomial through all
 * @throws RangeError (`order-out-of-range`); TypeError (`kind-unknown`), (`over-unknown`)
 */
export function dpmAdaptive<X = Tensor>(
  options: { readonly order?: number; readonly over?: 'epsilon' | 'x0'; readonly kind?: Kind } = {},
): Sampler<X, undefined> {
  const { order = 3, over = 'epsilon', kind = 'midpoint' } = options;
  if (order !== 2 && order !== 3) throw invalid('order-out-of-range', `\`order\` must be 2 or 3, got ${order}`);
  if (over !== 'epsilon' && over !== 'x0')
    throw invalid('over-unknown', `\`over\` must be 'epsilon' or 'x0', got ${String(over)}`, TypeError);
  checkSinglestep({}, { kind });
  const integrand = over === 'x0' ? overData({ eta: 0, scale: 1 }) : overNoise;
  const method = { integrand, inner: order === 2 ? [1 / 2] : [1 / 3, 2 / 3], kind, embeds: true };
  return { step: (context, x) => singlestep(context, x, method) };
}
