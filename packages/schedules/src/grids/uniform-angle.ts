/**
 * Angles of the noise-to-signal ratio, evenly spaced or after a power:
 *
 *     arctan(r_i) = θ_max·(1 − i/n)^power   for i = 0 … n,   the last being clean data
 *
 * Sabour et al. 2024 (arXiv 2404.14507), theorem 3.1: with power 1 the grid that minimises their bound when the data are standard
 * normal. Data of less variance, or many modes, need more of their steps near the data: a larger power. Angles are finite at
 * infinite ratios, so that a schedule that begins in pure noise needs no clamp: over `cosine` the levels are those of times spaced
 * so, and power 2 is the quadratic spacing of Song et al. 2020 (arXiv 2010.02502), appendix D.2.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';
import { positive } from '../internal/positive.js';

/**
 * Angles `arctan(sigma/alpha)` from that of the schedule at `t = 1` down to clean data. Under the variance exploding process a
 * schedule that begins in pure noise makes the grid throw a RangeError (`grid-infinite`).
 * @param options.power exponent, positive; 1 (default) is even, more spends more steps near the data; the sampler `angular` is
 * made for 1.75
 * @throws RangeError (`power-not-positive`)
 */
export function uniformAngle(options: { readonly power?: number } = {}): Grid {
  const { power = 1 } = options;
  positive({ power }, 'power-not-positive');
  return ({ schedule, level }, steps) => {
    // tan(π/2 − θ) keeps the digits near a right angle, and θ = arctan(e^(−λ/2)).
    const rest = Math.atan(Math.exp(schedule.logSnr(1) / 2));
    const logSnr = (share: number) => {
      const [angle, complement] = [share * (Math.PI / 2 - rest), rest * share + (Math.PI / 2) * (1 - share)];
      return angle < complement ? -2 * Math.log(Math.tan(angle)) : 2 * Math.log(Math.tan(complement));
    };
    return descending(Array.from({ length: counted(steps) + 1 }, (_, i) => level(logSnr((1 - i / steps) ** power))));
  };
}
