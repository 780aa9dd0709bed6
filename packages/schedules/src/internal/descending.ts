import type { NoiseLevel } from '@tweedie/core';
import { invalid } from './invalid.js';

/** The levels themselves, or a RangeError that says which one is out of order (`grid-not-descending`) or infinite (`grid-infinite`). */
export function descending(levels: readonly NoiseLevel[]): readonly NoiseLevel[] {
  levels.forEach((level, i) => {
    if (!Number.isFinite(level.sigma))
      throw invalid('grid-infinite', `level ${i} has \`sigma\` ${level.sigma}; wrap the schedule in \`clamped\``);
    const last = levels[i - 1];
    if (last !== undefined && !(level.logSnr > last.logSnr))
      throw invalid(
        'grid-not-descending',
        `levels must get strictly less noisy, but level ${i} has log-SNR ${level.logSnr} after ${last.logSnr}; use fewer steps or drop the repeated one`,
      );
  });
  return levels;
}
