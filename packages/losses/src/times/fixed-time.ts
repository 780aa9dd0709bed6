/** One time for all samples: training at a single noise level, as in Vincent 2011. */
import { invalid, type TimeSampler } from '@tweedie/core';

/**
 * The same time for every sample.
 * @param t from 0 to 1; `process.schedule.time(logSnr)` of the level that is wanted
 * @throws RangeError (`time-out-of-range`)
 */
export function fixedTime(t: number): TimeSampler {
  if (!(t >= 0 && t <= 1)) throw invalid('time-out-of-range', `\`t\` must be between 0 and 1, got ${t}`);
  return { draw: (_, count) => ({ times: Array.from({ length: count }, () => t) }) };
}
