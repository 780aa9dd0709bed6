/**
 * Training indices at a whole stride from the clean end, `offset + i·⌊T/n⌋`, then clean data: "leading" spacing in the Python
 * libraries. It never visits the noisiest index; prefer `trailing`. Lin et al. 2023 (arXiv 2305.08891), table 2.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { indexed, within } from '../internal/indexed.js';
import { invalid } from '../internal/invalid.js';

/**
 * Every `⌊trainSteps/steps⌋`-th training index, from index `offset` up, noisiest first; the last step lands on clean data.
 * The grid throws a RangeError (`steps-too-many`), (`index-out-of-range`) where the indices leave the table.
 * @param options.trainSteps length of the model's table; 1000 by default
 * @param options.offset added to each index, at least 0; 0 by default (Stable Diffusion 1 uses 1)
 * @param options.inclusive visit the first index too (default); `false` spaces for one step more and leaves the first index
 * out, as the DPM-Solver family does
 * @throws RangeError (`steps-not-positive`) for a bad `trainSteps`, (`offset-out-of-range`) unless `offset` is a whole number of
 * at least 0
 */
export function leading(
  options: { readonly trainSteps?: number; readonly offset?: number; readonly inclusive?: boolean } = {},
): Grid {
  const { trainSteps = 1000, offset = 0, inclusive = true } = options;
  counted(trainSteps, 'trainSteps');
  if (!Number.isInteger(offset) || offset < 0)
    throw invalid('offset-out-of-range', `\`offset\` must be a whole number of at least 0, got ${offset}`);
  return (process, steps) => {
    const skipped = inclusive ? 0 : 1;
    within(counted(steps) + skipped, trainSteps);
    const stride = Math.floor(trainSteps / (steps + skipped));
    const indices = Array.from({ length: steps }, (_, i) => offset + (steps - 1 - i + skipped) * stride);
    return indexed(process, indices, trainSteps);
  };
}
