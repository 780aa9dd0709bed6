/**
 * The elementary controller of step lengths: if the error is `e` times the tolerance and the method's of order `k`,
 *
 *     h_next = safety·h·e^{−1/k},    and a step is taken if e ≤ 1
 *
 * Hairer, Nørsett and Wanner 1993 (Solving Ordinary Differential Equations I), section II.4; with these defaults, that of Lu et al. 2022
 * (arXiv 2206.00927), appendix C, and of their code.
 */
import type { StepControl } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { type ToleranceOptions, toleranceOf } from './internal/tolerance.js';

/** How an {@link elementary} control is tuned. */
export interface ElementaryOptions extends ToleranceOptions {
  /** What the step that fits is multiplied by, above 0 and at most 1; default 0.9. */
  readonly safety?: number;
}

/**
 * Elementary step control, over the largest error of a sample unless `norm` says otherwise.
 * @throws RangeError (`control-out-of-range`); TypeError (`coordinate-unknown`, `norm-unknown`)
 */
export function elementary(options: ElementaryOptions = {}): StepControl {
  const { order, ...control } = toleranceOf(options, 'largest');
  const { safety = 0.9 } = options;
  if (!(safety > 0 && safety <= 1))
    throw invalid('control-out-of-range', `\`safety\` must be above 0 and at most 1, got ${safety}`);
  return {
    ...control,
    next: (error, length) => ({ accept: error <= 1, length: safety * length * error ** (-1 / order) }),
  };
}
