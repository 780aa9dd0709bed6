/**
 * Training indices evenly spaced over the whole table, from `T − 1` to 0, then clean data: "linspace" spacing in the Python
 * libraries; Nichol & Dhariwal 2021 (arXiv 2102.09672), section 4.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { indexed, roundHalfEven, within } from '../internal/indexed.js';
import { spaced } from '../internal/spaced.js';

/**
 * Evenly spaced training indices, both ends included, noisiest first; the last step lands on clean data. A single step starts
 * at the noisiest index. The grid throws a RangeError (`steps-too-many`) for more steps than indices.
 * @param options.trainSteps length of the model's table; 1000 by default
 * @param options.inclusive visit index 0 too (default); `false` spaces for one step more and leaves index 0 out, as the
 * DPM-Solver family does
 * @param options.rounded round to whole indices, halves to even (default); `false` keeps fractions, as the Euler, Heun and LMS
 * samplers of the Python libraries do
 * @throws RangeError (`steps-not-positive`) for a bad `trainSteps`
 */
export function linspace(
  options: { readonly trainSteps?: number; readonly inclusive?: boolean; readonly rounded?: boolean } = {},
): Grid {
  const { trainSteps = 1000, inclusive = true, rounded = true } = options;
  counted(trainSteps, 'trainSteps');
  return (process, steps) => {
    const points = counted(steps) + (inclusive ? 0 : 1);
    within(points, trainSteps);
    const indices = spaced(0, trainSteps - 1, points)
      .reverse()
      .slice(0, steps);
    return indexed(process, steps === 1 ? [trainSteps - 1] : rounded ? indices.map(roundHalfEven) : indices, trainSteps);
  };
}
