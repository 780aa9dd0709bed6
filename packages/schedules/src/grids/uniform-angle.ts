/**
 * Evenly spaced angles of the noise-to-signal ratio:
 *
 *     arctan(r_i) = θ_max + (θ_min − θ_max)·i/n   for i = 0 … n − 1,   then clean data
 *
 * with `θ_min = 0`. Sabour et al. 2024 (arXiv 2404.14507), theorem 3.1: the grid that minimises their bound when the data are
 * standard normal. Angles are finite at infinite ratios, so that a schedule that begins in pure noise needs no clamp: over
 * `cosine` the levels are those of evenly spaced times.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';

/**
 * Evenly spaced angles `arctan(sigma/alpha)` from that of the schedule at `t = 1`; the last step lands on clean data. Under the
 * variance exploding process a schedule that begins in pure noise makes the grid throw a RangeError (`grid-infinite`).
 */
export function uniformAngle(): Grid {
  return ({ schedule, level }, steps) => {
    // tan(π/2 − θ) keeps the digits near a right angle, and θ = arctan(e^(−λ/2)).
    const rest = Math.atan(Math.exp(schedule.logSnr(1) / 2));
    const logSnr = (share: number) => {
      const [angle, complement] = [share * (Math.PI / 2 - rest), rest * share + (Math.PI / 2) * (1 - share)];
      return angle < complement ? -2 * Math.log(Math.tan(angle)) : 2 * Math.log(Math.tan(complement));
    };
    return descending(Array.from({ length: counted(steps) + 1 }, (_, i) => level(logSnr(1 - i / steps))));
  };
}
