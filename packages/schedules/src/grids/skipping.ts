/**
 * The training indices of a distilled few-step model: it was distilled along `originalSteps` indices at a whole stride, and is
 * run on some of them, evenly skipped from the noisiest,
 *
 *     k = ⌊T/m⌋,   index_i = k·(m' − ⌊i·m'/n⌋) − 1   for i = 0 … n − 1,   then clean data
 *
 * with `m' = ⌊strength·m⌋`. Luo et al. 2023 (latent consistency models, arXiv 2310.04378), section 4.3; also Zheng et al. 2024
 * (trajectory consistency distillation, arXiv 2402.19159).
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { indexed, within } from '../internal/indexed.js';
import { invalid } from '../internal/invalid.js';

/**
 * Evenly skipped indices of the distillation, noisiest first; the last step lands on clean data. The grid throws a RangeError
 * (`steps-too-many`) for more steps than there are indices to skip along.
 * @param options.trainSteps length of the model's table; 1000 by default
 * @param options.originalSteps number of indices of the distillation, at most `trainSteps`; 50 by default
 * @param options.strength how far into the noise to begin, in (0, 1]; 1 by default, less to start from noisy data
 * @throws RangeError (`steps-not-positive`), (`steps-too-many`) for more `originalSteps` than `trainSteps`,
 * (`strength-out-of-range`) unless `strength` is above 0 and at most 1
 */
export function skipping(
  options: { readonly trainSteps?: number; readonly originalSteps?: number; readonly strength?: number } = {},
): Grid {
  const { trainSteps = 1000, originalSteps = 50, strength = 1 } = options;
  within(counted(originalSteps, 'originalSteps'), counted(trainSteps, 'trainSteps'));
  if (!(strength > 0 && strength <= 1))
    throw invalid('strength-out-of-range', `\`strength\` must be above 0 and at most 1, got ${strength}`);
  const stride = Math.floor(trainSteps / originalSteps);
  const available = Math.floor(originalSteps * strength);
  return (process, steps) => {
    within(counted(steps), available);
    const indices = Array.from({ length: steps }, (_, i) => stride * (available - Math.floor(i * (available / steps))) - 1);
    return indexed(process, indices, trainSteps);
  };
}
