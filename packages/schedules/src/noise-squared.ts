/**
 * The schedule of the sub-variance-preserving SDE: the `alpha` of the variance preserving process over a schedule, with its
 * `sigma` squared, so that there is less noise at every time. With `λ` the log-SNR of the schedule inside,
 *
 *     logSnr(t) = λ + ln(1 + e^λ),   λ = logSnr/2 − asinh(½e^(−logSnr/2))
 *
 * Song et al. 2021 (arXiv 2011.13456), eq. 29. Natural to the process `subVariancePreserving`.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { softplus } from './internal/softplus.js';

/**
 * `schedule` with the square of its `sigma`, at the same `alpha`, both as the variance preserving process has them.
 * `subVariancePreserving(noiseSquared(linearBeta()))` is the sub-VP SDE of the paper.
 * @param schedule the one whose `alpha` is kept
 */
export function noiseSquared(schedule: NoiseSchedule): NoiseSchedule {
  return {
    logSnr: (t) => schedule.logSnr(t) + softplus(schedule.logSnr(t)),
    time: (logSnr) => schedule.time(logSnr / 2 - Math.asinh(Math.exp(-logSnr / 2) / 2)),
    slope: (t) => schedule.slope(t) * (1 + 1 / (1 + Math.exp(-schedule.logSnr(t)))),
  };
}
