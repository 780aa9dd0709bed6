/**
 * The grid of Karras et al. 2022 (arXiv 2206.00364), eq. 5: noise-to-signal ratios `r = sigma/alpha` evenly spaced after a root,
 *
 *     r_i = (r_max^(1/ρ) + i/(n − 1)·(r_min^(1/ρ) − r_max^(1/ρ)))^ρ   for i = 0 … n − 1,   then clean data
 *
 * A larger `rho` spends more steps near the data. The ratio is `sigma` itself under the variance exploding process.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';
import { invalid } from '../internal/invalid.js';
import { sigmaEnds, sigmaRange } from '../internal/sigma-range.js';
import { spaced } from '../internal/spaced.js';

/**
 * Karras levels from `sigmaMax` to `sigmaMin`; the last step goes from `sigmaMin` to clean data. On a schedule that is infinite
 * at an end not given here the grid throws a RangeError (`grid-infinite`).
 * @param options.rho exponent, positive; 7 by default
 * @param options.sigmaMin `sigma/alpha` of the last level but one; that of the schedule at `t = 0` by default (0.002 in the paper)
 * @param options.sigmaMax `sigma/alpha` of the first level; that of the schedule at `t = 1` by default (80 in the paper)
 * @throws RangeError (`rho-not-positive`), (`sigma-range-empty`) if a ratio is not positive or `sigmaMin` is not below `sigmaMax`
 */
export function karras(options: { readonly rho?: number; readonly sigmaMin?: number; readonly sigmaMax?: number } = {}): Grid {
  const { rho = 7, sigmaMin, sigmaMax } = options;
  if (!(rho > 0 && rho < Infinity)) throw invalid('rho-not-positive', `\`rho\` must be positive, got ${rho}`);
  sigmaRange(sigmaMin, sigmaMax);
  return ({ schedule, level }, steps) => {
    const [noisy, clean] = sigmaEnds(options, schedule);
    const root = (logSnr: number) => Math.exp(-logSnr / (2 * rho));
    const roots = spaced(root(noisy), root(clean), counted(steps));
    return descending([...roots.map((r) => -2 * rho * Math.log(r)), Infinity].map(level));
  };
}
