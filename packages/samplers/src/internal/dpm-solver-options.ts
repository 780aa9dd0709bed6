/** What the multistep DPM-Solvers have in common. */
import { invalid } from './invalid.js';
import { notNegative } from './not-negative.js';

/** How a step integrates the line through two values, and how much noise it renews. */
export interface DpmSolverOptions {
  /** Over two values: `'midpoint'` (default) takes the line's value at the middle of the step, `'heun'` its exact integral. */
  readonly kind?: 'midpoint' | 'heun';
  /** Fresh noise: 0 (default) is the flow ODE, 1 the reverse SDE. */
  readonly eta?: number;
  /** Standard deviation of the draws, default 1. */
  readonly scale?: number;
}

/**
 * The options with their defaults, and `kind` as what the slope of the line counts twice.
 * @throws RangeError (`eta-out-of-range`, `scale-out-of-range`, `kind-unknown`)
 */
export function dpmSolverOptions({ kind = 'midpoint', eta = 0, scale = 1 }: DpmSolverOptions): {
  readonly eta: number;
  readonly scale: number;
  readonly line?: (z: number) => number;
} {
  notNegative({ eta }, 'eta-out-of-range');
  notNegative({ scale }, 'scale-out-of-range');
  if (kind !== 'midpoint' && kind !== 'heun')
    throw invalid('kind-unknown', `\`kind\` must be 'midpoint' or 'heun', got ${String(kind)}`);
  return { eta, scale, ...(kind === 'midpoint' && { line: Math.expm1 }) };
}
