/**
 * Explicit Runge–Kutta methods on the probability flow `dX/dτ = k(X, τ)`, in the time and the scale of a {@link Clock}: with the
 * step `h`,
 *
 *     k_i = k(X + h·Σ_{j<i} a_ij·k_j,  τ + c_i·h),    c_i = Σ_j a_ij,    X' = X + h·Σ_i b_i·k_i
 *
 * and, of an embedded pair, the error `h·Σ_i e_i·k_i`, `e` being `b` less the weights of the other one.
 *
 * Hairer, Nørsett and Wanner 1993 (Solving Ordinary Differential Equations I), sections II.1 and II.4.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { type Clock, sigmaRatio } from './clocks.js';
import { euler } from './euler.js';
import { invalid } from './internal/invalid.js';
import { isLeap, unknownError } from './internal/multistep.js';

/** The rows `a_ij` of the stages after the first, and the weights `b_i`; of an embedded pair, those of the error. */
export interface Tableau {
  readonly stages: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** As many as `weights`, or one more for the slope at the end of the step. */
  readonly error?: readonly number[];
}

/**
 * The method of a tableau. A step to `σ = 0` is Euler's, as the slope is infinite there; where the clock is not
 * finite, or its scale nothing beside the noise, Euler's in `σ/α`.
 * @param options.tableau explicit: the stage `i`, counted from 1, has `i` entries, and there is one weight more than stages
 * @param options.clock the time and scale to step in, default `sigmaRatio()`
 * @throws RangeError (`tableau-not-explicit`) for another shape
 */
export function rungeKutta<X = Tensor>(options: { readonly tableau: Tableau; readonly clock?: Clock }): Sampler<X, undefined> {
  const { tableau, clock = sigmaRatio() } = options;
  const { stages, weights, error = [] } = tableau;
  const beyond = error.length - weights.length;
  if (
    stages.some((row, i) => row.length !== i + 1) ||
    weights.length !== stages.length + 1 ||
    (error.length > 0 && beyond !== 0 && beyond !== 1)
  )
    throw invalid(
      'tableau-not-explicit',
      `\`tableau\` must have rows of 1, 2 … entries, a weight more, and for the error as many or one more, got ${JSON.stringify(tableau)}`,
    );
  return {
    step(context, x) {
      const { from, to, process, denoise, combine } = context;
      const start = clock.time(from, process);
      const length = clock.time(to, process) - start;
      const levels = stages.map((row) => {
        const share = row.reduce((sum, each) => sum + each, 0);
        return share === 1 ? to : clock.level(start + share * length, process);
      });
      const finite = [length, ...clock.slope(from, process), ...levels.map(clock.scale)].every(Number.isFinite);
      if (!finite || (clock.scale(from) < from.sigma && isLeap(from, to))) {
        const first = euler<X>().step(context, x, undefined);
        return error.length === 0 ? first : { ...first, error: unknownError(context, x) };
      }

      const slopes: X[] = [];
      const look = (at: X, level: NoiseLevel): X => {
        const denoised = denoise(at, level);
        const [a, b] = clock.slope(level, process);
        slopes.push(combine([a / clock.scale(level), at], [b, denoised]));
        return denoised;
      };
      const moved = (scale: number, row: readonly number[]) =>
        slopes.map((slope, i) => [scale * length * (row[i] ?? 0), slope] as const);
      const go = (level: NoiseLevel, row: readonly number[]): X => {
        const scale = clock.scale(level);
        return combine([scale / clock.scale(from), x], ...moved(scale, row));
      };
      let denoised = look(x, from);
      if (to.sigma === 0) return { x: go(to, [1]), denoised };
      for (const [i, level] of levels.entries()) denoised = look(go(level, stages[i] ?? []), level);
      const next = go(to, weights);
      if (error.length === 0) return { x: next, denoised };
      if (beyond === 1) denoised = look(next, to);
      return { x: next, denoised, error: combine(...moved(clock.scale(to), error)) };
    },
  };
}
