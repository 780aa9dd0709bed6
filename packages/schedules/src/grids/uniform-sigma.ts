/**
 * Evenly spaced noise-to-signal ratios, `sigma` itself under the variance exploding process:
 *
 *     r_i = r_max + i/(n − 1)·(r_min − r_max)   for i = 0 … n − 1,   then clean data
 *
 * Most steps are spent far from the data; with `timeSpaced` it is the even grid of flow matching that stops short of clean data.
 */
import type { Grid } from '@tweedie/core';
import { karras } from './karras.js';

/**
 * Evenly spaced levels from `sigmaMax` to `sigmaMin`, the `karras` grid of exponent one; the last step goes from `sigmaMin` to
 * clean data. On a schedule that is infinite at an end not given here the grid throws a RangeError (`grid-infinite`).
 * @param options.sigmaMin `sigma/alpha` of the last level but one; that of the schedule at `t = 0` by default
 * @param options.sigmaMax `sigma/alpha` of the first level; that of the schedule at `t = 1` by default
 * @throws RangeError (`sigma-range-empty`) if a ratio is not positive or `sigmaMin` is not below `sigmaMax`
 */
export function uniformSigma(options: { readonly sigmaMin?: number; readonly sigmaMax?: number } = {}): Grid {
  return karras({ ...options, rho: 1 });
}
