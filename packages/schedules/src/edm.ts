/**
 * The schedule that EDM trains with: under uniform times `ln(sigma/alpha)` is normally distributed,
 *
 *     logSnr(t) = −2(mean + deviation·Φ⁻¹(t))
 *
 * Karras et al. 2022 (arXiv 2206.00364), table 1 (`P_mean`, `P_std`); as a schedule Kingma & Gao 2023 (arXiv 2303.00848),
 * table 1, "EDM (training)". The logit-normal times of Stable Diffusion 3 over the straight path are the same distribution, with
 * its location and scale (Esser et al. 2024, arXiv 2403.03206, section 3.1). Unbounded at both ends: wrap it in `clamped` for
 * sampling.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { normalCdf, normalDensity, normalQuantile } from './internal/normal.js';
import { positive } from './internal/positive.js';

/**
 * EDM's training schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`.
 * @param options.mean mean of `ln(sigma/alpha)`; −1.2 by default (−0.4 in EDM2)
 * @param options.deviation standard deviation of `ln(sigma/alpha)`, positive; 1.2 by default (1 in EDM2)
 * @throws RangeError (`mean-not-finite`), (`deviation-not-positive`)
 */
export function edm(options: { readonly mean?: number; readonly deviation?: number } = {}): NoiseSchedule {
  const { mean = -1.2, deviation = 1.2 } = options;
  if (!Number.isFinite(mean)) throw invalid('mean-not-finite', `\`mean\` must be finite, got ${mean}`);
  positive({ deviation }, 'deviation-not-positive');
  return {
    logSnr: (t) => -2 * (mean + deviation * normalQuantile(t)),
    time: (logSnr) => normalCdf(-(logSnr / 2 + mean) / deviation),
    slope: (t) => (-2 * deviation) / normalDensity(normalQuantile(t)),
  };
}
