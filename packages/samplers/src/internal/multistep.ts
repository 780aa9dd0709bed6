/**
 * Linear multistep methods on the probability flow. In `y = x/α` over `r = σ/α` the flow is `dy/dr = ε`, the noise that the
 * estimate of x0 implies, so that
 *
 *     x_t = α_t·(x_s/α_s + Σ wᵢ εᵢ),    Σ wᵢ = r_t − r_s
 *
 * from the present noise and earlier ones. Written as Euler's step and what changes when the earlier ones replace a part of the
 * present one, it holds at both ends of a schedule too.
 */
import type { NoiseLevel, Sampler, StepContext } from '@tweedie/core';
import { invalid } from './invalid.js';

/** The noise that was estimated at a level. */
export type Past<X> = { readonly level: NoiseLevel; readonly epsilon: X };

/** `σ/α` */
export const ratioOf = ({ logSnr }: NoiseLevel): number => Math.exp(-logSnr / 2);

/** Holds `x` nothing of x0, at the resolution of float32? Then a second slope in `σ/α`, which is as large, says nothing either. */
export const isPureNoise = ({ alpha, sigma }: NoiseLevel): boolean => alpha < sigma * 2 ** -24;

/** Does `α/σ` rise by more than float32 resolves? Then one of two slopes in it drowns the other: the step is of first order. */
export const isLeap = (from: NoiseLevel, to: NoiseLevel): boolean => !(to.logSnr - from.logSnr < 48 * Math.LN2);

/** The error of a step of which none is known: as large as `x`, so that a step control tries a shorter one. */
export const unknownError = <X>({ combine }: StepContext<X>, x: X): X => combine([1, x]);

/** `ε = (x − α·x0)/σ` */
export function epsilonOf<X>({ combine }: StepContext<X>, x: X, { alpha, sigma }: NoiseLevel, x0: X): X {
  return combine([1 / sigma, x], [-alpha / sigma, x0]);
}

/** The step from `from` to `to` along the noise at `from`, but for the weights in `r` that go to other noises. */
export function flowStep<X>(
  { from, to, combine }: Pick<StepContext<X>, 'from' | 'to' | 'combine'>,
  x: X,
  denoised: X,
  others: readonly (readonly [weight: number, epsilon: X])[] = [],
): X {
  const replaced = others.reduce((sum, [weight]) => sum + weight, 0);
  const kept = (to.sigma - to.alpha * replaced) / from.sigma;
  const terms = others.map(([weight, epsilon]) => [to.alpha * weight, epsilon] as const);
  return combine([kept, x], [to.alpha - from.alpha * kept, denoised], ...terms);
}

/**
 * The method that looks back on up to `order − 1` levels.
 * @param weights of the earlier noises, newest first; given at least one level, which may be fewer than `order − 1`
 * @throws RangeError (`order-not-positive`)
 */
export function multistep<X>(
  order: number,
  weights: (context: StepContext<X>, past: readonly NoiseLevel[]) => readonly number[],
): Sampler<X, readonly Past<X>[]> {
  if (!Number.isInteger(order) || order < 1)
    throw invalid('order-not-positive', `\`order\` must be a positive integer, got ${order}`);
  return {
    step(context, x, past = []) {
      const { from, denoise } = context;
      const denoised = denoise(x, from);
      const known = past.slice(0, order - 1);
      const levels = known.map(({ level }) => level);
      const given = levels.length === 0 ? [] : weights(context, levels);
      const others = known.flatMap(({ epsilon }, i) => (given[i] ? [[given[i], epsilon] as const] : []));
      const present = { level: from, epsilon: epsilonOf(context, x, from, denoised) };
      const state = [present, ...known].slice(0, order - 1);
      return { x: flowStep(context, x, denoised, others), denoised, state };
    },
  };
}

/** How many of the nodes can be used: as long as they are finite and go on in one direction, away from `present`. */
export function usable(present: number, past: readonly number[]): readonly number[] {
  const side = Math.sign((past[0] ?? present) - present);
  const end = past.findIndex((node, i) => !Number.isFinite(node) || !((node - (past[i - 1] ?? present)) * side > 0));
  return end < 0 ? past : past.slice(0, end);
}
