/**
 * A step of the stochastic Adams method from estimates of x0 or of ε: with `h = λ_t − λ_s`, `λ = ln(α/σ)`,
 *
 *     x_t = (σ_t/σ_s) e^(−τ²h)·x_s + α_t·Σ wᵢ·x0ᵢ + σ_t·√(1 − e^(−2τ²h))·z,    wᵢ = ∫ (1 + τ²) e^(−(1 + τ²)(λ_t − λ)) ℓᵢ(λ) dλ
 *     x_t = (α_t/α_s)·x_s − (1 + τ²)·σ_t·Σ vᵢ·εᵢ + τ·σ_t·√(e^(2h) − 1)·z,      vᵢ = ∫ e^(λ_t − λ) ℓᵢ(λ) dλ
 *
 * Xue et al. 2023 (arXiv 2309.05019), eq. 14 and 17; the second line is the counterpart in noise prediction. Weights on two
 * estimates of x0 have `½H²` in place of `H − 1 + e^(−H)`, `H = (1 + τ²)h`, as in the authors' code: the order is the same, and
 * few steps do better.
 */
import type { NoiseLevel, StepContext } from '@tweedie/core';
import { exponentialAdamsWeights, lagrangeWeights } from '../adams.js';
import { integrated } from '../exponential.js';

export type Estimate<X> = { readonly level: NoiseLevel; readonly value: X };

/** Where a step starts, and its draw, if it has one. */
export type Departure<X> = { readonly from: NoiseLevel; readonly x: X; readonly tau: number; readonly noise: X | undefined };

/** `x` at `to`, from estimates of x0 before it, and at it for a corrector; newest first. */
export function stochasticAdamsOverData<X>(
  combine: StepContext<X>['combine'],
  { from, x, tau, noise }: Departure<X>,
  to: NoiseLevel,
  estimates: readonly Estimate<X>[],
): X {
  const h = (to.logSnr - from.logSnr) / 2;
  const decay = tau === 0 ? 1 : Math.exp(-(tau ** 2) * h);
  const levels = Array.from(estimates, ({ level }) => level);
  const weights = weightsOf(from, to, 1 + tau ** 2, levels);
  const data = estimates.map(({ value }, i) => [to.alpha * (weights[i] ?? 0), value] as const);
  const draw = noise === undefined ? [] : [[to.sigma * Math.sqrt(-Math.expm1(-2 * tau ** 2 * h)), noise] as const];
  return combine([(decay * to.sigma) / from.sigma, x], ...data, ...draw);
}

/** The same from estimates of ε, over a finite distance. */
export function stochasticAdamsOverNoise<X>(
  combine: StepContext<X>['combine'],
  { from, x, tau, noise }: Departure<X>,
  to: NoiseLevel,
  estimates: readonly Estimate<X>[],
): X {
  const h = (to.logSnr - from.logSnr) / 2;
  const known = estimates.map(({ level, value }) => ({ value, logSnr: level.logSnr }));
  const draw = noise === undefined ? [] : [[tau * to.sigma * Math.sqrt(Math.expm1(2 * h)), noise] as const];
  return combine([to.alpha / from.alpha, x], ...integrated(known, { from, to }, h, (1 + tau ** 2) * to.sigma), ...draw);
}

/** `wᵢ` of the estimates at a finite distance; of the newest alone, if the step is infinite. */
function weightsOf(from: NoiseLevel, to: NoiseLevel, rate: number, levels: readonly NoiseLevel[]): readonly number[] {
  const length = (rate * (to.logSnr - from.logSnr)) / 2;
  if (length === Infinity) return [1];
  const nodes = levels.map(({ logSnr }) => (rate * (logSnr - from.logSnr)) / 2).filter(Number.isFinite);
  if (nodes.length === 2) return lagrangeWeights(nodes, [-Math.expm1(-length), length ** 2 / 2]);
  const back = nodes.map((node) => length - node);
  return exponentialAdamsWeights(back, length);
}
