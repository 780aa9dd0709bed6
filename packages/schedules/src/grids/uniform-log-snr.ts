/**
 * Evenly spaced log-SNRs, so that the noise-to-signal ratio falls by equal factors:
 *
 *     λ_i = min + (max − min)·i/(n − 1)   for i = 0 … n − 1,   then clean data
 *
 * Lu et al. 2022 (arXiv 2206.00927), section 3.3; known to samplers of the Karras kind as the exponential schedule,
 * and to the Python libraries also as `lu_lambdas`.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';
import { finite } from '../internal/finite.js';
import { invalid } from '../internal/invalid.js';
import { spaced } from '../internal/spaced.js';

/**
 * Evenly spaced log-SNRs from `min` to `max`; the last step goes from `max` to clean data. On a schedule that is infinite at an
 * end not given here the grid throws a RangeError (`grid-infinite`).
 * @param options.min log-SNR of the first level; that of the schedule at `t = 1` by default
 * @param options.max log-SNR of the last level but one; that of the schedule at `t = 0` by default
 * @throws RangeError (`log-snr-range-empty`) if `min` is not below `max`, or is no number
 */
export function uniformLogSnr(options: { readonly min?: number; readonly max?: number } = {}): Grid {
  if (!((options.min ?? -Infinity) < (options.max ?? Infinity)))
    throw invalid('log-snr-range-empty', `\`min\` must be below \`max\`, got ${options.min} and ${options.max}`);
  return ({ schedule, level }, steps) => {
    const min = finite(options.min ?? schedule.logSnr(1), '`t = 1`');
    const max = finite(options.max ?? schedule.logSnr(0), '`t = 0`');
    return descending([...spaced(min, max, counted(steps)), Infinity].map(level));
  };
}
