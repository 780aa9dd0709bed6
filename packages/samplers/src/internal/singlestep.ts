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

/** How the last difference is weighted: as for a midpoint, or by the exact integral of the polynomial through all estimates. */
export type Kind = 'midpoint' | 'heun';

/**
 * One step.
 * @param method.inner where the inner points lie, as shares of the step in log-SNR, rising; as many as the order less one
 * @param method.kind how the step weighs its estimates; `stage` the same for the second inner point of a third-order step
 */
export function singlestep<X>(
  context: StepContext<X>,
  x: X,
  method: { readonly integrand: Integrand; readonly inner: readonly number[]; readonly kind: Kind; readonly stage?: Kind },
): StepResult<X, undefined> {
  const { from, to, process, denoise, combine, noise } = context;
  const { inner, kind, stage = 'heun' } = method;
  let denoised = denoise(x, from);
  const h = to.logSnr - from.logSnr;
  const bounded = Number.isFinite(h);
  const integrand = bounded ? method.integrand : (method.integrand.infinite ?? method.integrand);
  const estimates = [integrand.estimate(context, x, denoised, from)];
  const reach = (level: NoiseLevel, slopes: (z: number) => readonly number[]): X => {
    const { carried, scale, z, fresh } = integrand.reach(from, level);
    const later = slopes(z);
    const all = [later.reduce((left, weight) => left - weight, Math.expm1(z)), ...later];
    const terms = estimates.map((each, i) => [-scale * (all[i] ?? 0), each] as const);
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
  return { x: reach(to, bounded ? weights(kind, inner) : () => []), denoised };
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
