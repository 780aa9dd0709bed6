/**
 * The elementary controller of step lengths: if the error is `e` times the tolerance and the method's of order `k`,
 *
 *     h_next = h·min(growth, safety·e^{−1/k}),    and a step is taken if e ≤ 1
 *
 * Hairer, Nørsett and Wanner 1993 (Solving Ordinary Differential Equations I), section II.4, eq. 4.13. Without a bound on growth it is
 * that of Lu et al. 2022 (arXiv 2206.00927), appendix C, and of their code.
 */
import type { StepControl } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { type ToleranceOptions, toleranceOf } from './internal/tolerance.js';

/** How an {@link elementary} control is tuned. */
export interface ElementaryOptions extends ToleranceOptions {
  /** What the step that fits is multiplied by, above 0 and at most 1; default 0.9. */
  readonly safety?: number;
  /** The most that a length may grow by in a step, above 1; default 5. Infinity is Lu et al.'s: one lucky step may then jump far. */
  readonly growth?: number;
}

/**
 * Elementary step control, over the largest error of a sample unless `norm` says otherwise.
 * @throws RangeError (`control-out-of-range`); TypeError (`coordinate-unknown`, `norm-unknown`)
 */
export function elementary(options: ElementaryOptions = {}): StepControl {
  const { order, ...control } = toleranceOf(options, 'largest');
  const { safety = 0.9, growth = 5 } = options;
  if (!(safety > 0 && safety <= 1))
    throw invalid('control-out-of-range', `\`safety\` must be above 0 and at most 1, got ${safety}`);
  if (!(growth > 1)) throw invalid('control-out-of-range', `\`growth\` must be above 1, got ${growth}`);
  return {
    ...control,
    next(error, length) {
      const factor = Math.max(1e-3, safety * error ** (-1 / order)); // an infinite error may still pass
      return { accept: error <= 1, length: length * Math.min(growth, factor) };
    },
  };
}
