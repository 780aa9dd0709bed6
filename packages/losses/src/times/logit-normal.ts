/**
 * Times with `ln(t/(1 − t)) ~ N(mean, deviation²)`, most of them in the middle,
 *
 *     π(t) = exp(−(logit t − mean)²/(2·deviation²)) / (deviation·√2π·t(1 − t))
 *
 * Esser et al. 2024 (arXiv 2403.03206), section 3.1, with time from data to noise as there. On the unshifted straight path `t/(1
 * − t)` is σ/α, so that this is `logNormal` on that schedule.
 */

import { finite, positive } from '../internal/checks.js';
import { gaussian } from '../internal/gaussian.js';
import { located } from '../internal/located.js';
import type { TimeDensity } from './drawn.js';

/**
 * A logit-normal density of time, for `drawn` and for `fmOt`.
 * @param options.mean of the logit; positive for more noise. Default 0
 * @param options.deviation standard deviation of the logit, positive. Default 1
 * @throws RangeError (`mean-not-finite`), (`deviation-not-positive`)
 */
export function logitNormal(options: { readonly mean?: number; readonly deviation?: number } = {}): TimeDensity {
  const { mean = 0, deviation = 1 } = options;
  finite({ mean });
  positive({ deviation });
  return located(
    gaussian,
    { location: mean, scale: deviation },
    {
      value: (t) => Math.log(t / (1 - t)),
      time: (value) => 1 / (1 + Math.exp(-value)),
      slope: (t) => 1 / (t * (1 - t)),
    },
  );
}
