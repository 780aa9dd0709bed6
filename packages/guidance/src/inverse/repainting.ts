/**
 * The grid of RePaint: after every `length` steps it jumps back up by as many, to take them again, so that the parts of an image come to
 * agree. Lugmayr et al. 2022 (arXiv 2201.09865), section 4.2. The first jump is from the last level above clean data, and
 * a jump that would pass the start is left out; the way up is one step, which has the same law as the paper's `length` of one each.
 *
 * For samplers that go up in noise: `restarted(replaced(sampler, …))`, with `restarted` of `@tweedie/samplers`.
 */
import { type Grid, invalid } from '@tweedie/core';

/**
 * `grid` with jumps: longer than `steps + 1` levels.
 * @param options.length steps of a jump, a positive integer; default 10
 * @param options.times how often steps are taken in all, a positive integer; default 10, and 1 is the grid itself
 * @throws RangeError (`length-not-positive`), (`times-not-positive`)
 */
export function repainting(grid: Grid, options: { readonly length?: number; readonly times?: number } = {}): Grid {
  const { length = 10, times = 10 } = options;
  for (const [name, value] of Object.entries({ length, times }))
    if (!Number.isInteger(value) || value < 1)
      throw invalid(`${name}-not-positive`, `\`${name}\` must be a positive integer, got ${value}`);
  return (process, steps) => {
    const levels = grid(process, steps);
    return levels.flatMap((level, i) => {
      const left = levels.length - 1 - i;
      if (left % length !== 1 % length || left === 0 || i < length) return [level];
      const pass = levels.slice(i - length, i + 1);
      return [level, ...Array.from({ length: times - 1 }, () => pass).flat()];
    });
  };
}
