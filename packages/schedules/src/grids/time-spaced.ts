/**
 * A grid that spaces time as another spaces the noise-to-signal ratio. Over the straight path of flow matching time is the weight
 * of the noise, `sigma = t`, and the Python libraries space that: their Karras, exponential and beta sigmas of a flow are
 *
 *     timeSpaced(karras({ sigmaMin: 0.001 })),   timeSpaced(uniformLogSnr({ max: -2 ln 0.001 })),   timeSpaced(betaQuantiles(…))
 *
 * and over a shifted schedule the times are those before the shift.
 */
import type { Grid, NoiseSchedule } from '@tweedie/core';
import { invalid } from '../internal/invalid.js';

/**
 * `grid` with time in the place of `sigma/alpha`: its largest ratio is 1 by default, `t = 1`, and its smallest has to be given,
 * since the last time is 0. The grid throws a RangeError (`time-out-of-range`) if the one inside asks for a ratio above 1.
 * @param grid one of those that space ratios: `karras`, `uniformSigma`, `uniformLogSnr`, `polyexponential`, `betaQuantiles`
 */
export function timeSpaced(grid: Grid): Grid {
  return (process, steps) => {
    const level = (logSnr: number) => {
      if (logSnr === Infinity) return process.level(Infinity);
      const time = Math.exp(-logSnr / 2);
      // A root of one and its power may round to just above one.
      if (!(time <= 1 + 1e-12))
        throw invalid('time-out-of-range', `times must be at most 1, got ${time}; use \`sigmaMax\` of at most 1`);
      return process.at(Math.min(1, time));
    };
    return grid({ ...process, schedule: ratioIsTime, level, at: (t) => level(ratioIsTime.logSnr(t)) }, steps);
  };
}

/** The schedule whose `sigma/alpha` is `t`. */
const ratioIsTime: NoiseSchedule = {
  logSnr: (t) => -2 * Math.log(t),
  time: (logSnr) => Math.min(1, Math.exp(-logSnr / 2)),
  slope: (t) => -2 / t,
};
