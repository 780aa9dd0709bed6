/**
 * The linear interpolant of flow matching: a straight line from data to noise, whatever the schedule.
 *
 *     alpha = 1/(1 + e^(−λ/2)),   sigma = 1/(1 + e^(λ/2)) = 1 − alpha;   dx = ½ sigma·λ'(t)·x dt + √(−λ'(t))·sigma dw
 *
 * Lipman et al. 2022 (arXiv 2210.02747), Liu et al. 2022 (arXiv 2209.03003), with time from data (0) to noise (1): over the
 * schedule `rectifiedFlow` this is `sigma = t`, `x_t = (1 − t)·x0 + t·eps`.
 */
import type { ForwardProcess, NoiseSchedule } from '@tweedie/core';
import { scaled } from './internal/scaled.js';

/** Linear interpolant over `schedule`, from clean data at log-SNR +Infinity to pure noise at −Infinity. */
export function linearInterpolant(schedule: NoiseSchedule): ForwardProcess {
  const scale = (logSnr: number) => ({ alpha: 1 / (1 + Math.exp(-logSnr / 2)), sigma: 1 / (1 + Math.exp(logSnr / 2)) });
  return scaled(schedule, scale, (level) => level.sigma / 2);
}
