/**
 * The polynomial path of flow matching: `alpha = (1 − t)ⁿ` and `sigma = 1 − alpha` under the linear interpolant, so that
 *
 *     logSnr(t) = 2 ln(1 − t)ⁿ − 2 ln(1 − (1 − t)ⁿ)
 *
 * Lipman et al. 2024 (arXiv 2412.06264), with time from data to noise. With `n = 1` it is `rectifiedFlow`; a larger
 * power is noisier. Unbounded at both ends.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { positive } from './internal/positive.js';
import { softplus } from './internal/softplus.js';

/**
 * Polynomial noise schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`.
 * @param options.power `n`, positive; 2 by default
 * @throws RangeError (`power-not-positive`) unless the power is positive and finite
 */
export function polynomial(options: { readonly power?: number } = {}): NoiseSchedule {
  const { power = 2 } = options;
  positive({ power }, 'power-not-positive');
  /** `1 − (1 − t)ⁿ`, with all digits near the data. */
  const sigma = (t: number) => -Math.expm1(power * Math.log1p(-t));
  return {
    logSnr: (t) => 2 * (power * Math.log1p(-t) - Math.log(sigma(t))),
    time: (logSnr) => -Math.expm1(-softplus(-logSnr / 2) / power),
    slope: (t) => (-2 * power) / ((1 - t) * sigma(t)),
  };
}
