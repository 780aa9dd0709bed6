/**
 * The schedule whose signal falls linearly under the variance preserving process: `alpha = 1 − t`, `sigma = √(t(2 − t))`,
 *
 *     logSnr(t) = 2 ln(1 − t) − ln(t(2 − t))
 *
 * Lipman et al. 2024 (arXiv 2412.06264), "linear VP", with time from data to noise. Unbounded at both ends.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { softplus } from './internal/softplus.js';

/** Linear-alpha noise schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`. */
export function linearAlpha(): NoiseSchedule {
  return {
    logSnr: (t) => 2 * Math.log(1 - t) - Math.log(t * (2 - t)),
    time: (logSnr) => -Math.expm1(-softplus(-logSnr) / 2),
    slope: (t) => -2 / ((1 - t) * t * (2 - t)),
  };
}
