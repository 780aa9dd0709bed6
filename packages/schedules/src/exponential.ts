/**
 * The exponential schedule: signal power decays at a constant rate,
 *
 *     alpha² = e^(−kt),   logSnr(t) = −ln(e^(kt) − 1)
 *
 * for the variance preserving process, an Ornstein–Uhlenbeck process run at constant speed. The Python libraries' `exp` table
 * is `fromBetas(betasFromAlphaBar((t) => Math.exp(-12 * t)))`.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { fromRate } from './internal/from-rate.js';
import { positive } from './internal/positive.js';

/**
 * Exponential noise schedule. `logSnr` is +Infinity at `t = 0` and finite at `t = 1`: −12 with the default.
 * @param options.rate `k`, the rate at which noise is added, positive; 12 by default
 * @throws RangeError (`rate-not-positive`) unless the rate is positive and finite
 */
export function exponential(options: { readonly rate?: number } = {}): NoiseSchedule {
  const { rate = 12 } = options;
  positive({ rate }, 'rate-not-positive');
  return fromRate(
    () => rate,
    (t) => rate * t,
    (b) => b / rate,
  );
}
