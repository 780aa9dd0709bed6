/**
 * Times under which the straight path meets the log-SNRs of the cosine schedule,
 *
 *     t = sin(πp/2)/(sin(πp/2) + cos(πp/2)),   π(t) = 2/(π·(t² + (1 − t)²))
 *
 * Esser et al. 2024 (arXiv 2403.03206), section 3.1, "CosMap".
 */
import type { TimeDensity } from './drawn.js';

/** The density of time that maps the straight path to the cosine schedule, for `drawn` and for `fmOt`. */
export function cosMap(): TimeDensity {
  return {
    quantile(p) {
      const [sine, cosine] = [Math.sin((Math.PI * p) / 2), Math.cos((Math.PI * p) / 2)];
      return sine / (sine + cosine);
    },
    density: (t) => 2 / (Math.PI * (t * t + (1 - t) * (1 - t))),
  };
}
