/**
 * Exponential integrators: one half of the probability flow is solved exactly, the other by a polynomial through known values.
 * With `h` the step in half log-SNR, `ln(α/σ)`, and the share τ of the step, 0 where it starts and 1 where it ends,
 *
 *     x_t = (σ_t/σ_s)·x_s − α_t·z∫₀¹ e^{z(1−τ)} x0(τ) dτ,  z = −h     or     x_t = (α_t/α_s)·x_s − σ_t·z∫₀¹ e^{z(1−τ)} ε(τ) dτ,  z = h
 *
 * The integrals of powers are the φ-functions, `z∫₀¹ e^{z(1−τ)} τᵏ dτ = k!·z·φ_{k+1}(z)`. Hochbruck and Ostermann 2010;
 * Lu et al. 2022 (arXiv 2206.00927), proposition 3.1, and (arXiv 2211.01095), proposition 4.1.
 */
import type { NoiseLevel } from '@tweedie/core';
import { lagrangeWeights } from './adams.js';

/** A term of a linear combination. */
export type Term<X> = readonly [coefficient: number, x: X];

/** Values of the integrand, `x0` or `ε`, and where they were met. */
export type Known<X> = readonly { readonly value: X; readonly logSnr: number }[];

/** The integrals `z∫₀¹ e^{z(1−τ)} τᵏ dτ` for `k` from 0 to `count − 1`; −1 each at `z = −∞`. */
export function exponentialMoments(z: number, count: number): number[] {
  let moment = Math.expm1(z);
  return Array.from({ length: count }, (_, k) => {
    // the recurrence cancels for small z, the series for large z
    if (k > 0) moment = Math.abs(z) < 1 ? series(z, k) : (k * moment) / z - 1;
    return moment;
  });
}

/** `k!·Σ z^{j+1}/(j+k+1)!` over `j ≥ 0`. */
function series(z: number, k: number): number {
  let term = z / (k + 1);
  let sum = term;
  for (let next = k + 2; next < k + 20; next++) {
    term *= z / next;
    sum += term;
  }
  return sum;
}

/** The weights of values at `nodes` (shares of the step, distinct) in `z∫₀¹ e^{z(1−τ)} p(τ) dτ`, with `p` the polynomial through them. */
export function exponentialWeights(nodes: readonly number[], z: number): number[] {
  return lagrangeWeights(nodes, exponentialMoments(z, nodes.length));
}

/**
 * The integral of one step as terms, from values of which the first is met at `from`.
 * @param line for two values, in place of the exact integral of the line through them: their slope counts `line(z)/2`
 */
export function integrated<X>(
  known: Known<X>,
  { from, to }: { readonly from: NoiseLevel; readonly to: NoiseLevel },
  z: number,
  gain: number,
  line?: (z: number) => number,
): Term<X>[] {
  const used = z === 0 ? known.slice(0, 1) : known; // no step has no shares
  const nodes = used.map(({ logSnr }) => (logSnr - from.logSnr) / (to.logSnr - from.logSnr));
  const slope = line !== undefined && nodes.length === 2 ? line(z) / (2 * (nodes[1] ?? 1)) : undefined;
  const weights = slope === undefined ? exponentialWeights(nodes, z) : [Math.expm1(z) - slope, slope];
  return used.map(({ value }, i) => [-gain * (weights[i] ?? 0), value]);
}

/** The first-order step of the flow, DDIM's, as terms; finite also from pure noise and to clean data. */
export function firstOrder<X>(from: NoiseLevel, to: NoiseLevel, x: X, denoised: X): Term<X>[] {
  const ratio = to.sigma / from.sigma;
  return [
    [ratio, x],
    [to.alpha - from.alpha * ratio, denoised],
  ];
}
