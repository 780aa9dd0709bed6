/**
 * The guided prediction brought back towards the deviation of the plain one, against over-exposure: of each sample's prediction p
 *
 *     p = (amount·std(p_plain)/std(p_guided) + 1 − amount)·p_guided
 *
 * Lin et al. 2023 (arXiv 2305.08891), section 3.4; "guidance rescale" of diffusers. It is not the same in every prediction: as
 * `x0 = skip·x + out·p`, a factor k on p gives `k·x0 + (1 − k)·skip·x`.
 */
import { invalid, type Parameterization, undefinedAt } from '@tweedie/core';
import type { Correction } from './guidance-scale.js';
import { tensorArithmetic } from './internal/arithmetic.js';
import { deviationMatched } from './internal/deviation-matched.js';

/**
 * A correction for `classifierFree` and its like, from the estimates that they have anyway. A guided prediction without any deviation is
 * left as it is.
 * @param options.prediction the parameterisation whose prediction is meant: that of the network, as in diffusers
 * @param options.amount 0 (nothing) to 1 (the plain deviation); 0.7 by default
 * @throws RangeError (`amount-out-of-range`); at a call (`parameterization-undefined`) where the parameterisation has no finite value
 */
export function matchedDeviation(options: { readonly prediction: Parameterization; readonly amount?: number }): Correction {
  const { prediction, amount = 0.7 } = options;
  if (!(amount >= 0 && amount <= 1)) throw invalid('amount-out-of-range', `\`amount\` must be from 0 to 1, got ${amount}`);
  return (guided, plain, x, level) => {
    const { skip } = prediction(level);
    if (!Number.isFinite(skip)) throw undefinedAt(level, { skip });
    return deviationMatched(tensorArithmetic, { guided, plain, x }, skip, amount);
  };
}
