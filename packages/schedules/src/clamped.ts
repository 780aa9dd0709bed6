/**
 * A schedule cut to a finite range of log-SNR. Time is stretched over what is left, so that the result is strictly decreasing:
 *
 *     logSnr(t) = inner.logSnr(t₀ + (t₁ − t₀)·t),    t₀ = inner.time(max),  t₁ = inner.time(min)
 *
 * This is the truncation of Kingma & Gao 2023 (arXiv 2303.00848), table 1. (Clipping the values would leave flat ends, where
 * the schedule has no inverse and its slope is zero.)
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * `schedule` between two log-SNRs: `max` at `t = 0` and `min` at `t = 1`, or the schedule's own end where that is tighter.
 * @param options.min log-SNR at the noisy end; -Infinity (default) leaves that end as it is
 * @param options.max log-SNR at the clean end; +Infinity (default) leaves that end as it is
 * @throws RangeError (`clamp-empty`) unless some of the schedule lies between `min` and `max`
 */
export function clamped(schedule: NoiseSchedule, options: { readonly min?: number; readonly max?: number }): NoiseSchedule {
  const { min = -Infinity, max = Infinity } = options;
  const low = Math.max(min, schedule.logSnr(1));
  const high = Math.min(max, schedule.logSnr(0));
  if (!(low < high))
    throw invalid(
      'clamp-empty',
      `\`min\` must be below \`max\`, with some of the schedule between them, got min ${min} and max ${max} on a schedule from ${schedule.logSnr(1)} to ${schedule.logSnr(0)}`,
    );
  const clamp = (logSnr: number) => Math.min(high, Math.max(low, logSnr));
  const start = schedule.time(high);
  const length = schedule.time(low) - start;
  return {
    logSnr: (t) => (t === 0 ? high : t === 1 ? low : clamp(schedule.logSnr(start + length * t))),
    time: (logSnr) => Math.min(1, Math.max(0, (schedule.time(clamp(logSnr)) - start) / length)),
    slope: (t) => length * schedule.slope(start + length * t),
  };
}
