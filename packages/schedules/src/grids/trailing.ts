/**
 * Training indices at equal distances from the noisy end, `T − 1, T − 1 − T/n, …`, then clean data: "trailing" spacing in the
 * Python libraries, the one that starts where training ended. Lin et al. 2023 (arXiv 2305.08891), section 3.3.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { indexed, roundHalfEven, within } from '../internal/indexed.js';

/**
 * Every `trainSteps/steps`-th training index counted from the noisiest, rounded, halves to even; the last step lands on clean
 * data. The grid throws a RangeError (`steps-too-many`) for more steps than indices.
 * @param options.trainSteps length of the model's table; 1000 by default
 * @throws RangeError (`steps-not-positive`) for a bad `trainSteps`
 */
export function trailing(options: { readonly trainSteps?: number } = {}): Grid {
  const { trainSteps = 1000 } = options;
  counted(trainSteps, 'trainSteps');
  return (process, steps) => {
    within(counted(steps), trainSteps);
    // Rounded as numpy's `arange`: which index a half goes to depends on the last bit.
    const step = trainSteps - trainSteps / steps - trainSteps;
    const indices = Array.from({ length: steps }, (_, i) => roundHalfEven(trainSteps + i * step) - 1);
    return indexed(process, indices, trainSteps);
  };
}
