/** Static thresholding: the estimate of x0 clipped to where data can be. Saharia et al. 2022 (arXiv 2205.11487), section 2.3. */
import { clipByValue, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, invalid } from '@tweedie/core';

/**
 * A denoiser whose estimates lie between two values.
 * @param options.low least value; −1 by default
 * @param options.high largest value, above `low`; 1 by default
 * @throws RangeError (`threshold-range-empty`) if `low` is not below `high`
 */
export function thresholded(
  options: { readonly low?: number; readonly high?: number } = {},
): <Condition>(denoiser: Denoiser<Condition>) => Denoiser<Condition> {
  const { low = -1, high = 1 } = options;
  if (!(low < high)) throw invalid('threshold-range-empty', `\`low\` must be below \`high\`, got ${low} and ${high}`);
  return (denoiser) =>
    (...asked) =>
      tidy(() => clipByValue(denoiser(...asked), low, high));
}
