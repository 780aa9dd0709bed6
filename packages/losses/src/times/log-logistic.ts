/**
 * Noise levels with `ln(σ/α)` logistic, `location + scale·ln(u/(1 − u))`, as a density of time on any schedule: heavier tails
 * than `logNormal`. k-diffusion, `rand_log_logistic`; Crowson et al. 2024 (arXiv 2401.11605). Cut to the range of the schedule.
 */
import { invalid, type NoiseSchedule } from '@tweedie/core';
import { finite, positive } from '../internal/checks.js';
import { located, logRatio, type Standard } from '../internal/located.js';
import type { TimeDensity } from './drawn.js';

const logistic: Standard = {
  quantile: (p) => Math.log(p / (1 - p)),
  density: (z) => 0.25 / Math.cosh(z / 2) ** 2,
};

/**
 * A log-logistic density of the noise-to-signal ratio, for `drawn`.
 * @param options.schedule that of the process which is trained
 * @param options.location median of `ln(σ/α)`. Default 0
 * @param options.scale of `ln(σ/α)`, positive. Default 1
 * @param options.sigmaMin smallest `σ/α` that is drawn; that of the schedule by default
 * @param options.sigmaMax largest `σ/α` that is drawn; that of the schedule by default
 * @throws RangeError (`location-not-finite`), (`scale-not-positive`), (`sigma-range-empty`) unless `0 ≤ sigmaMin < sigmaMax`,
 * (`density-outside`) if the schedule has next to none of these levels
 */
export function logLogistic(options: {
  readonly schedule: NoiseSchedule;
  readonly location?: number;
  readonly scale?: number;
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
}): TimeDensity {
  const { schedule, location = 0, scale = 1, sigmaMin = 0, sigmaMax = Infinity } = options;
  finite({ location });
  positive({ scale });
  if (!(0 <= sigmaMin && sigmaMin < sigmaMax))
    throw invalid(
      'sigma-range-empty',
      `\`sigmaMin\` must be below \`sigmaMax\` and not negative, got ${sigmaMin} and ${sigmaMax}`,
    );
  return located(logistic, { location, scale, range: [Math.log(sigmaMin), Math.log(sigmaMax)] }, logRatio(schedule));
}
