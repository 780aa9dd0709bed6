/**
 * Autoguidance: extrapolate from a weaker version of the model through the model itself,
 *
 *     x0 = x0_weak + scale·(x0 − x0_weak)
 *
 * a smaller or less trained one of the same data and condition, whose errors are the model's own, only larger. Karras et al. 2024
 * (arXiv 2406.02507).
 */
import type { Denoiser, Guidance } from '@tweedie/core';
import type { Correction, GuidanceScale } from './guidance-scale.js';
import { tensorArithmetic } from './internal/arithmetic.js';
import { extrapolated } from './internal/extrapolated.js';
import { aside } from './internal/notes.js';
import { scaled } from './internal/scaled.js';

/**
 * Autoguidance; each step asks both models. The sampler recalls what the better one noted.
 * @param options.scale guidance scale: 1 leaves the denoiser as it is and does not ask the weak one
 * @param options.weak the denoiser of the weak model, asked with the same condition; to give it another, wrap it
 * @param options.correction a last word on the estimate, such as `matchedDeviation`
 * @throws RangeError (`scale-not-finite`), at a call (`scale-mismatch`) unless `scale` has a number for each sample
 */
export function autoguidance<Condition = undefined>(options: {
  readonly scale: GuidanceScale;
  readonly weak: Denoiser<Condition>;
  readonly correction?: Correction;
}): Guidance<Condition> {
  const { weak } = options;
  return scaled<Condition>(options, (denoiser, scale, x, level, condition, moment) => {
    const plain = denoiser(x, level, condition, moment);
    const poor = weak(x, level, condition, moment && aside(moment, 'weak'));
    return { guided: extrapolated(tensorArithmetic, poor, plain, scale), plain };
  });
}
