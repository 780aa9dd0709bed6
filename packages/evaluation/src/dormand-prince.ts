/**
 * An ordinary differential equation `dy/dt = f(t, y)` by the pair of Dormand and Prince 1980: steps of order 5, the difference to an
 * embedded formula of order 4 as the error, and steps as long as keeps
 *
 *     √mean((error/(atol + rtol·max(|y|, |y_next|)))²) ≤ 1
 *
 * Control and first step: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, II.4. SciPy's `RK45` is the same method.
 */
import { breathe, invalid } from '@tweedie/core';

const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
/** The last row is the step itself, so the last slope of a step is the first of the next. */
const STAGES = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
/** The step minus the embedded one of order 4. */
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** How closely an equation is solved, and when to stop. */
export interface SolverOptions {
  /** Error allowed per step, relative to the size of each number; 1e-5 by default. */
  readonly rtol?: number;
  /** Error allowed per step besides; 1e-5 by default. */
  readonly atol?: number;
  readonly signal?: AbortSignal | undefined;
}

/** `dy/dt`, a fresh array. */
export type Slope = (t: number, y: Float64Array) => Float64Array | Promise<Float64Array>;

/**
 * Carries `start` from `from` to `to`, forwards or backwards, in adaptive steps.
 * @returns the state at `to`, and how often the slope was evaluated
 * @throws RangeError (`tolerance-not-positive`), (`slope-not-finite`), (`step-underflow`) where no step is short enough; the signal's
 * reason when aborted
 */
export async function dormandPrince(
  slope: Slope,
  options: { readonly from: number; readonly to: number; readonly start: Float64Array } & SolverOptions,
): Promise<{ readonly y: Float64Array; readonly evaluations: number }> {
  const { from, to, start, rtol = 1e-5, atol = 1e-5, signal } = options;
  for (const [name, value] of Object.entries({ rtol, atol }))
    if (!(value > 0 && value < Infinity))
      throw invalid('tolerance-not-positive', `\`${name}\` must be positive and finite, got ${value}`);
  let evaluations = 0;
  const evaluate = async (t: number, y: Float64Array): Promise<Float64Array> => {
    evaluations++;
    const k = await slope(t, y);
    if (!k.every(Number.isFinite))
      throw invalid('slope-not-finite', `the slope is not finite at ${t}: keep away from singular ends, and check the model`);
    return k;
  };
  let [t, y]: [number, Float64Array] = [from, start.slice()];
  if (from === to || y.length === 0) return { y, evaluations };
  const sign = Math.sign(to - from);
  let first = await evaluate(t, y);
  let size = await firstStep();
  let grow = 10;
  while (t !== to) {
    await breathe();
    signal?.throwIfAborted();
    if (!(size > 16 * Number.EPSILON * Math.abs(t)))
      throw invalid('step-underflow', `no step from ${t} is short enough for rtol ${rtol} and atol ${atol}: allow more error`);
    const reach = t + sign * size;
    const next = sign * (reach - to) > 0 ? to : reach;
    const h = next - t;
    const slopes = [first];
    let landed = y;
    for (let stage = 1; stage < STAGES.length; stage++) {
      landed = moved(y, h, STAGES[stage], slopes);
      slopes.push(await evaluate(stage < 5 ? t + h * (NODES[stage] ?? 1) : next, landed));
    }
    const error = norm(moved(undefined, h, ERROR, slopes), y, landed);
    const factor = 0.9 * error ** -0.2;
    if (error <= 1) {
      [t, y, first] = [next, landed, slopes.at(-1) ?? first];
      size = Math.abs(h) * Math.min(grow, Math.max(0.2, factor));
      grow = 10;
    } else {
      size = Math.abs(h) * Math.max(0.2, factor);
      grow = 1; // what has just failed is not tried again at once
    }
  }
  return { y, evaluations };

  /** Long enough that an explicit Euler step of it is off by about a hundredth of the tolerance, to the second order and the sixth. */
  async function firstStep(): Promise<number> {
    const length = Math.abs(to - from);
    const [high, steep] = [norm(y, y), norm(first, y)];
    const guess = Math.min(length, high < 1e-5 || steep < 1e-5 ? 1e-6 : (0.01 * high) / steep);
    const second = await evaluate(t + sign * guess, moved(y, sign * guess, [1], [first]));
    const bend = norm(moved(second, -1, [1], [first]), y) / guess;
    const most = Math.max(steep, bend);
    return Math.min(length, 100 * guess, most <= 1e-15 ? Math.max(1e-6, guess / 1000) : (0.01 / most) ** 0.2);
  }

  /** Root mean square in units of the tolerance at `a`, or at the larger of `a` and `b`. */
  function norm(x: Float64Array, a: Float64Array, b = a): number {
    const squares = x.reduce((sum, value, i) => {
      const scale = atol + rtol * Math.max(Math.abs(a[i] ?? 0), Math.abs(b[i] ?? 0));
      return sum + (value / scale) ** 2;
    }, 0);
    return Math.sqrt(squares / x.length);
  }
}

/** `y + h·Σ wᵢ·kᵢ`, with `y` 0 unless given. */
function moved(
  y: Float64Array | undefined,
  h: number,
  weights: readonly number[] = [],
  slopes: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(slopes[0]?.length ?? 0);
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    slopes[i]?.forEach((k, j) => {
      out[j] = (out[j] ?? 0) + weight * k;
    });
  });
  out.forEach((sum, j) => {
    out[j] = (y?.[j] ?? 0) + h * sum;
  });
  return out;
}
