/**
 * A grid that goes through some of its levels again, for samplers that know how to go up in noise: `restarted`. Xu et al. 2023
 * (arXiv 2306.14878), algorithm 1, whose [t_min, t_max] and K these are; the steps of each further pass are those of the grid.
 */
import type { Grid } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * `grid` with the levels of `min ≤ σ/α ≤ max` visited `times` more often: longer than `steps + 1` levels.
 * @param options.min smallest `σ/α` of the interval, not negative
 * @param options.max largest, not below `min`
 * @param options.times how many further passes, K, a whole number; default 1, and 0 changes nothing
 * @throws RangeError (`interval-out-of-range`), (`times-negative`); the grid throws (`interval-empty`) if fewer than two of its
 * levels lie in the interval
 */
export function revisiting(grid: Grid, options: { readonly min: number; readonly max: number; readonly times?: number }): Grid {
  const { min, max, times = 1 } = options;
  if (!(0 <= min && min <= max))
    throw invalid('interval-out-of-range', `\`min\` must not be negative or above \`max\`, got ${min} and ${max}`);
  if (!Number.isInteger(times) || times < 0)
    throw invalid('times-negative', `\`times\` must be a whole number, not negative, got ${times}`);
  return (process, steps) => {
    const levels = grid(process, steps);
    const inside = levels.flatMap(({ logSnr }, i) => (Math.exp(-logSnr / 2) >= min && Math.exp(-logSnr / 2) <= max ? [i] : []));
    const [top = 0, next] = inside;
    if (next === undefined)
      throw invalid('interval-empty', `two levels must lie between ${min} and ${max}, got ${inside.length}: use more steps`);
    const after = top + inside.length;
    const passes = Array.from({ length: times }, () => levels.slice(top, after));
    return [...levels.slice(0, after), ...passes.flat(), ...levels.slice(after)];
  };
}
