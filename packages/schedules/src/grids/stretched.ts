/**
 * A grid stretched so that its last noisy level has a given weight of noise. With `s = sigma/(alpha + sigma)`, which is `sigma`
 * of the linear interpolant,
 *
 *     1 − s'_i = (1 − s_i)·(1 − terminal)/(1 − s_last)
 *
 * so that pure noise and clean data stay where they are. HaCohen et al. 2024 (LTX-Video, arXiv 2501.00103);
 * `shift_terminal` in the Python libraries.
 */
import type { Grid } from '@tweedie/core';
import { descending } from '../internal/descending.js';
import { invalid } from '../internal/invalid.js';

/**
 * `grid` with its last noisy level at the noise weight `terminal`, and the others moved in proportion.
 * @param grid one that ends in clean data, which stays, or short of it
 * @param terminal `sigma/(alpha + sigma)` of the last noisy level, in (0, 1)
 * @throws RangeError (`terminal-out-of-range`) unless `terminal` lies between 0 and 1; the grid throws (`grid-infinite`) if
 * pure noise is its only noisy level, which cannot be moved
 */
export function stretched(grid: Grid, terminal: number): Grid {
  if (!(terminal > 0 && terminal < 1))
    throw invalid('terminal-out-of-range', `\`terminal\` must lie between 0 and 1, got ${terminal}`);
  return (process, steps) => {
    const levels = grid(process, steps);
    const last = levels.findLast(({ logSnr }) => logSnr < Infinity)?.logSnr ?? Infinity;
    if (last === -Infinity)
      throw invalid('grid-infinite', 'pure noise cannot be stretched, and it is the last noisy level; use at least two steps');
    const factor = (1 - terminal) / signal(last);
    return descending(
      levels.map(({ logSnr }) => {
        const kept = signal(logSnr) * factor;
        return process.level(logSnr === Infinity ? Infinity : 2 * (Math.log(kept) - Math.log1p(-kept)));
      }),
    );
  };
}

/** `1 − s`, the weight of the signal in the linear interpolant. */
function signal(logSnr: number): number {
  return 1 / (1 + Math.exp(-logSnr / 2));
}
