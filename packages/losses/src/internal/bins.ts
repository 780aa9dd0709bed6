import { invalid } from '@tweedie/core';

/** Refuses a share of even draws that would leave some times out. */
export function mixes(mixing: number): void {
  if (!(mixing > 0 && mixing <= 1))
    throw invalid('mixing-out-of-range', `\`mixing\` must be above 0 and at most 1, so that every time is drawn, got ${mixing}`);
}

/** Refuses the memory of a sampler with another number of bins. */
export function fits(kept: number, bins: number): void {
  if (kept !== bins)
    throw invalid(
      'memory-mismatch',
      `the memory must be of ${bins} bins, got ${kept}; it comes from a sampler with other options`,
    );
}
