/**
 * A PID controller of step lengths: with `e` the error in units of the tolerance and `q = 1/(e + 10⁻⁸)`, now, at the last accepted step
 * and at the one before,
 *
 *     f = q_n^{(P + I + D)/k} · q_{n−1}^{−(P + 2D)/k} · q_{n−2}^{D/k},    factor = 1 + arctan(f − 1)
 *
 * and a step is taken if `factor ≥ accept`. Söderlind 2003 (Digital filters in adaptive time-stepping); with these defaults, the limiter
 * of Söderlind and Wang 2006 and this test it is k-diffusion's. `I` alone is the elementary controller, smoothed.
 */
import type { StepControl } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { type ToleranceOptions, toleranceOf } from './internal/tolerance.js';

/** `q` at the last accepted step and at the one before. */
type Past = readonly [last: number, before: number];

/** How a {@link pid} control is tuned. */
export interface PidOptions extends ToleranceOptions {
  /** The weights of the present, summed and changing error; default `[0, 1, 0]`. */
  readonly gains?: readonly [proportional: number, integral: number, derivative: number];
  /** The smallest factor at which a step is taken, from 0 (all are) to 1; default 0.81. */
  readonly accept?: number;
}

/**
 * PID step control, over the root mean square of the batch unless `norm` says otherwise.
 * @param options.order `k`: the order of the better estimate, default 3; with noise 1.5
 * @throws RangeError (`control-out-of-range`); TypeError (`coordinate-unknown`, `norm-unknown`)
 */
export function pid(options: PidOptions = {}): StepControl<Past> {
  const { order, ...control } = toleranceOf(options, 'batch');
  const { gains = [0, 1, 0], accept = 0.81 } = options;
  if (!(accept >= 0 && accept <= 1)) throw invalid('control-out-of-range', `\`accept\` must be from 0 to 1, got ${accept}`);
  if (gains.length !== 3 || !gains.every(Number.isFinite))
    throw invalid('control-out-of-range', `\`gains\` must be three finite numbers, got ${gains}`);
  const [p, i, d] = gains;
  return {
    ...control,
    next(error, length, past) {
      const now = 1 / (error + 1e-8);
      const [last, before] = past ?? [now, now];
      const f = now ** ((p + i + d) / order) * last ** (-(p + 2 * d) / order) * before ** (d / order);
      const factor = 1 + Math.atan(f - 1);
      const taken = factor >= accept;
      return { accept: taken, length: length * factor, memory: taken ? [now, last] : [last, before] };
    },
  };
}
