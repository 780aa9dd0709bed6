import type { NoiseSchedule } from '@tweedie/core';
import { softplus } from './softplus.js';

/**
 * The schedule of a variance preserving process that adds noise at the rate `β(t)`: with `B(t)` its integral from 0,
 *
 *     alpha² = e^(−B),   logSnr(t) = −ln(e^B − 1)
 *
 * @param rate `β(t)`, positive
 * @param integral `B(t)`
 * @param inverse the time at which `B` has a value between 0 and `B(1)`
 */
export function fromRate(
  rate: (t: number) => number,
  integral: (t: number) => number,
  inverse: (b: number) => number,
): NoiseSchedule {
  const total = integral(1);
  return {
    // e^B is taken out where it would overflow.
    logSnr: (t) => -integral(t) - Math.log(-Math.expm1(-integral(t))),
    time: (logSnr) => Math.min(1, inverse(Math.min(softplus(-logSnr), total))),
    slope: (t) => rate(t) / Math.expm1(-integral(t)),
  };
}
