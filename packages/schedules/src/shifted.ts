/**
 * A schedule moved along the log-SNR axis: `sigma/alpha` is divided by `s` at every time,
 *
 *     logSnr(t) = inner.logSnr(t) + 2 ln s
 *
 * Images of higher resolution need more noise to hide the same content: for images `s` times smaller than those that a schedule
 * was made for use `s`, so `shifted(cosine(), 64 / 256)` at 256². Hoogeboom et al. 2023 (arXiv 2301.11093), eq. 4.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * `schedule` with `2 ln s` added to its log-SNR.
 * @param s factor on alpha/sigma, positive: below 1 is noisier, above 1 cleaner
 * @throws RangeError (`shift-not-positive`) unless `s` is positive and finite
 */
export function shifted(schedule: NoiseSchedule, s: number): NoiseSchedule {
  if (!(s > 0 && s < Infinity)) throw invalid('shift-not-positive', `\`s\` must be positive and finite, got ${s}`);
  const shift = 2 * Math.log(s);
  return {
    logSnr: (t) => schedule.logSnr(t) + shift,
    time: (logSnr) => schedule.time(logSnr - shift),
    slope: (t) => schedule.slope(t),
  };
}
