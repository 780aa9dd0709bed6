/**
 * Noise levels with `ln(σ/α) ~ N(mean, deviation²)`, as a density of time on any schedule. Karras et al. 2022 (arXiv 2206.00364),
 * table 1: `P_mean` −1.2 and `P_std` 1.2; Karras et al. 2024 (arXiv 2312.02696) take −0.4 and 1. The normal is cut to the range
 * of the schedule.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { finite, positive } from '../internal/checks.js';
import { gaussian } from '../internal/gaussian.js';
import { located, logRatio } from '../internal/located.js';
import type { TimeDensity } from './drawn.js';

/**
 * A log-normal density of the noise-to-signal ratio, for `drawn`.
 * @param options.schedule that of the process which is trained
 * @param options.mean mean of `ln(σ/α)`. Default −1.2
 * @param options.deviation standard deviation of `ln(σ/α)`, positive. Default 1.2
 * @throws RangeError (`mean-not-finite`), (`deviation-not-positive`), (`density-outside`) if the schedule has next to none of
 * these levels
 */
export function logNormal(options: {
  readonly schedule: NoiseSchedule;
  readonly mean?: number;
  readonly deviation?: number;
}): TimeDensity {
  const { schedule, mean = -1.2, deviation = 1.2 } = options;
  finite({ mean });
  positive({ deviation });
  return located(gaussian, { location: mean, scale: deviation }, logRatio(schedule));
}
