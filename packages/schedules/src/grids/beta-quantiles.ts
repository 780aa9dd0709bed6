/**
 * Noise-to-signal ratios at evenly spaced quantiles of a beta distribution, crowded at both ends,
 *
 *     r_i = r_min + (r_max − r_min)·I⁻¹(1 − i/(n − 1); a, b)   for i = 0 … n − 1,   then clean data
 *
 * with `I⁻¹` the inverse of the regularised incomplete beta function. Lee et al. 2024 (arXiv 2407.12173), who space time so:
 * `timeSpaced(betaQuantiles({ sigmaMin: 1 / 1000 }))`. The Python libraries space `sigma/alpha`, as here.
 */
import type { Grid } from '@tweedie/core';
import { betaQuantile, betaShapes } from '../internal/beta-quantile.js';
import { ramp } from '../internal/ramp.js';

/**
 * Levels from `sigmaMax` to `sigmaMin` at quantiles of a beta distribution; the last step goes from `sigmaMin` to clean data. On
 * a schedule that is infinite at an end not given here the grid throws a RangeError (`grid-infinite`).
 * @param options.a first shape, positive; 0.6 by default; below 1 it crowds levels at the clean end
 * @param options.b second shape, positive; 0.6 by default; below 1 it crowds levels at the noisy end
 * @param options.sigmaMin `sigma/alpha` of the last level but one; that of the schedule at `t = 0` by default
 * @param options.sigmaMax `sigma/alpha` of the first level; that of the schedule at `t = 1` by default
 * @throws RangeError (`shape-out-of-range`) unless both shapes lie from 0.01 to 1000, (`sigma-range-empty`) if a ratio is not
 * positive or `sigmaMin` is not below `sigmaMax`
 */
export function betaQuantiles(
  options: { readonly a?: number; readonly b?: number; readonly sigmaMin?: number; readonly sigmaMax?: number } = {},
): Grid {
  const { a = 0.6, b = 0.6, ...range } = options;
  betaShapes({ a, b });
  return ramp(range, (u, noisy, clean) => {
    const [max, min] = [Math.exp(-noisy / 2), Math.exp(-clean / 2)];
    return -2 * Math.log(min + (max - min) * betaQuantile(1 - u, a, b));
  });
}
