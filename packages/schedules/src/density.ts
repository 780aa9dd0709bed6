/**
 * The density of log-SNR when times are uniform, which says where a schedule spends its time:
 *
 *     p(λ) = −dt/dλ = −1/logSnr'(t)
 *
 * Kingma & Gao 2023 (arXiv 2303.00848), section 2.1. It is what a weighting must be divided by to sample log-SNRs another way.
 */
import type { NoiseSchedule } from '@tweedie/core';

/**
 * The density `p(λ)` of a schedule, a function of log-SNR: 0 beyond the ends of the schedule and at infinity, and 1 in all.
 * @param schedule any; where its slope is infinite the density is 0
 */
export function density(schedule: NoiseSchedule): (logSnr: number) => number {
  const [min, max] = [schedule.logSnr(1), schedule.logSnr(0)];
  return (logSnr) => {
    if (!(logSnr >= min && logSnr <= max && Number.isFinite(logSnr))) return 0;
    return -1 / schedule.slope(schedule.time(logSnr));
  };
}
