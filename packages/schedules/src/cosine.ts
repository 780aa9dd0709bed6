/**
 * The cosine schedule in its continuous form, `alpha = cos(πt/2)`, so that
 *
 *     logSnr(t) = -2 ln tan(πt/2)
 *
 * Nichol & Dhariwal 2021 (arXiv 2102.09672), eq. 17 without the offset `s`, which only keeps the first discrete step
 * from vanishing; Kingma & Gao 2023 (arXiv 2303.00848), table 1. Unbounded at both ends: wrap it in `clamped` for training.
 */
import type { NoiseSchedule } from '@tweedie/core';

/** Cosine noise schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`. */
export function cosine(): NoiseSchedule {
  return {
    // Each half is written with the distance to its own end, as 1 - t is exact there and π(1 - t)/2 from πt/2 is not.
    logSnr: (t) => (t <= 0.5 ? -2 * Math.log(Math.tan((Math.PI * t) / 2)) : 2 * Math.log(Math.tan((Math.PI * (1 - t)) / 2))),
    time: (logSnr) => (2 / Math.PI) * Math.atan(Math.exp(-logSnr / 2)),
    slope: (t) => (-2 * Math.PI) / Math.sin(Math.PI * Math.min(t, 1 - t)),
  };
}
