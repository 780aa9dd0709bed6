/**
 * Exponential Runge–Kutta steps in half log-SNR `λ = ln(α/σ)`, which DPM-Solver and DPM-Solver++ share. What is integrated, `m`, is
 * x0 over the scale σ, or ε over the scale α:
 *
 *     x0:  x_s = (σ_s/σ_t)·x_t − α_s·I(z),  z = −h;        ε:  x_s = (α_s/α_t)·x_t − σ_s·I(z),  z = h
 *
 *     I = z∫₀¹ e^{z(1−τ)} m(τ) dτ,    with `m` the polynomial through the estimates, or their midpoint rule
 *
 * Lu et al. 2022 (arXiv 2206.00927), algorithms 1 and 2 and appendix B; (arXiv 2211.01095), section 4.
 */
import type { NoiseLevel, StepContext, StepResult } from '@tweedie/core';
import { exponentialWeights } from '../exponential.js';
import type { Integrand } from './integrand.js';
import { isLeap, unknownError } from './multistep.js';

/** How the last difference is weighted: as for a midpoint, or by the exact integral of the polynomial through all estimates. */
export type Kind = 'midpoint' | 'heun';

/**
 * One step.
 * @param method.inner where the inner points lie, as shares of the step in log-SNR, rising; as many as the order less one
 * @param method.kind how the step weighs its estimates; `stage` the same for the second inner point of a third-order step
 * @param method.embeds is the difference to the step of an order less, through all estimates but the last, given as the `error`?
 */
export function singlestep<X>(
  context: StepContext<X>,
  x: X,
  method: {
    readonly integrand: Integrand;
    readonly inner: readonly number[];
    readonly kind: Kind;
    readonly stage?: Kind;
    readonly embeds?: boolean;
  },
): StepResult<X, undefined> {
  const { from, to, process, denoise, combine, noise } = context;
  const { inner, kind, stage = 'heun', embeds = false } = method;
  let denoised = denoise(x, from);
  const h = to.logSnr - from.logSnr;
  const bounded = Number.isFinite(h) && !isLeap(from, to);
  const integrand = bounded ? method.integrand : (method.integrand.infinite ?? method.integrand);
  const estimates = [integrand.estimate(context, x, denoised, from)];
  /** The weights `later` of the estimates after the first, which has what is left of `total`, as terms. */
  const integral = (scale: number, total: number, later: readonly number[]) => {
    const all = [later.reduce((left, weight) => left - weight, total), ...later];
    return estimates.map((each, i) => [-scale * (all[i] ?? 0), each] as const);
  };
  const reach = (level: NoiseLevel, slopes: (z: number) => readonly number[]): X => {
    const { carried, scale, z, fresh } = integrand.reach(from, level);
    const terms = integral(scale, Math.expm1(z), slopes(z));
    return combine([carried, x], ...terms, ...(fresh === 0 ? [] : [[fresh, noise(from, level)] as const]));
  };
  if (bounded)
    for (const [i, share] of inner.entries()) {
      const level = process.level(from.logSnr + share * h);
      const at = reach(
        level,
        weights(
          i === 0 ? kind : stage,
          inner.slice(0, i).map((point) => point / share),
        ),
      );
      denoised = denoise(at, level);
      estimates.push(integrand.estimate(context, at, denoised, level));
    }
  const next = reach(to, bounded ? weights(kind, inner) : () => []);
  if (!embeds) return { x: next, denoised };
  if (!bounded) return { x: next, denoised, error: unknownError(context, x) };
  const { scale, z } = integrand.reach(from, to);
  const less = weights(kind, inner.slice(0, -1))(z);
  const more = weights(kind, inner)(z).map((weight, i) => weight - (less[i] ?? 0));
  return { x: next, denoised, error: combine(...integral(scale, 0, more)) };
}

/** The weights of the estimates after the first, at these shares of the step; at none there is nothing to weigh. */
function weights(kind: Kind, points: readonly number[]): (z: number) => readonly number[] {
  const [last] = points.slice(-1);
  return (z) => {
    if (last === undefined) return [];
    if (kind === 'heun') return exponentialWeights([0, ...points], z).slice(1);
    return points.length === 1 ? [Math.expm1(z) / (2 * last)] : [0, ...exponentialWeights([0, last], z).slice(1)];
  };
}
