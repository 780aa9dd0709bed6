import type { Grid, NoiseLevel, SampleOptions } from '../contracts.js';
import { invalid } from '../error.js';

/**
 * The levels of a run.
 * @throws RangeError (`grid-…`, `steps-not-positive`) for a grid without levels, not descending, or beginning at infinite noise
 */
export function levelsOf<Condition>({ grid, steps, process, sampler }: SampleOptions<Condition>): readonly NoiseLevel[] {
  const levels = typeof grid === 'function' ? gridLevels(grid, steps, process) : grid.map((t) => process.at(t));
  if (levels.length < 2) throw invalid('grid-too-short', `a grid must have at least two levels, got ${levels.length}`);
  const { sigma } = levels[0] as NoiseLevel;
  if (!Number.isFinite(sigma))
    throw invalid('grid-infinite', `the grid starts at sigma = ${sigma}: wrap the schedule in \`clamped\``);
  if (sampler.path === 'any') return levels;
  levels.forEach((level, i) => {
    const last = levels[i - 1];
    if (last !== undefined && !(level.logSnr > last.logSnr))
      throw invalid(
        'grid-not-descending',
        `noise must fall along the grid, but level ${i} has log-SNR ${level.logSnr} after ${last.logSnr}; use other times, fewer steps, or a sampler with \`path: 'any'\``,
      );
  });
  return levels;
}

function gridLevels(grid: Grid, steps: number | undefined, process: SampleOptions['process']): readonly NoiseLevel[] {
  if (steps === undefined || !Number.isInteger(steps) || steps < 1)
    throw invalid('steps-not-positive', `\`steps\` must be a positive integer, got ${steps}`);
  return grid(process, steps);
}
