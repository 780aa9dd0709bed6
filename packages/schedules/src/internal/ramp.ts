import type { Grid } from '@tweedie/core';
import { counted } from './counted.js';
import { descending } from './descending.js';
import { sigmaEnds, sigmaRange } from './sigma-range.js';
import { spaced } from './spaced.js';

/**
 * A grid between two noise-to-signal ratios, then clean data.
 * @param range `sigmaMin` and `sigmaMax`, or the schedule's own ends
 * @param place log-SNR at `u`, from 0 (noisy end) to 1 (clean end) in even steps, given the log-SNRs of both ends
 */
export function ramp(
  range: { readonly sigmaMin?: number | undefined; readonly sigmaMax?: number | undefined },
  place: (u: number, noisy: number, clean: number) => number,
): Grid {
  sigmaRange(range.sigmaMin, range.sigmaMax);
  return ({ schedule, level }, steps) => {
    const [noisy, clean] = sigmaEnds(range, schedule);
    const logSnrs = spaced(0, 1, counted(steps)).map((u) => (u === 0 ? noisy : u === 1 ? clean : place(u, noisy, clean)));
    return descending([...logSnrs, Infinity].map(level));
  };
}
