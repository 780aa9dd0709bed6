/**
 * Noise-to-signal ratios whose logarithm falls along a power of the way that is left,
 *
 *     ln r_i = ln r_min + (1 − i/(n − 1))^ρ·(ln r_max − ln r_min)   for i = 0 … n − 1,   then clean data
 *
 * the polyexponential schedule of k-diffusion. With `ρ = 1` it is `uniformLogSnr`; a larger exponent spends more steps near the
 * data.
 */
import type { Grid } from '@tweedie/core';
import { positive } from '../internal/positive.js';
import { ramp } from '../internal/ramp.js';

/**
 * Polyexponential levels from `sigmaMax` to `sigmaMin`; the last step goes from `sigmaMin` to clean data. On a schedule that is
 * infinite at an end not given here the grid throws a RangeError (`grid-infinite`).
 * @param options.rho exponent, positive; 1 by default
 * @param options.sigmaMin `sigma/alpha` of the last level but one; that of the schedule at `t = 0` by default
 * @param options.sigmaMax `sigma/alpha` of the first level; that of the schedule at `t = 1` by default
 * @throws RangeError (`rho-not-positive`), (`sigma-range-empty`) if a ratio is not positive or `sigmaMin` is not below `sigmaMax`
 */
export function polyexponential(
  options: { readonly rho?: number; readonly sigmaMin?: number; readonly sigmaMax?: number } = {},
): Grid {
  const { rho = 1, ...range } = options;
  positive({ rho }, 'rho-not-positive');
  return ramp(range, (u, noisy, clean) => clean + (1 - u) ** rho * (noisy - clean));
}
