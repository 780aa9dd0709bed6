/**
 * Classifier-free guidance: extrapolate from the unconditional estimate through the conditional one,
 *
 *     x0 = x0(∅) + scale·(x0(y) − x0(∅))
 *
 * which is the same line in x0, ε, v or the score, as all are affine in each other. `scale` 0 is unconditional, 1 plain
 * conditional, above 1 sharper and less diverse. Ho & Salimans 2022 (arXiv 2207.12598), with `scale = 1 + w`. With another condition in
 * place of "none" it leads away from that one, a negative prompt.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Correction, GuidanceScale } from './guidance-scale.js';
import { tensorArithmetic } from './internal/arithmetic.js';
import { extrapolated } from './internal/extrapolated.js';
import { pair, unconditional } from './internal/pair.js';
import { type GuidanceFrom, scaled } from './internal/scaled.js';

/** The condition that a "none" stands for: a tensor, or several by name. */
export type ConditionOf<None> = None extends Tensor ? Tensor : { readonly [Name in keyof None]: Tensor };

/** What stands for no condition: a tensor, or one for each of a condition's by the same names. */
export type Without<None> = Tensor | Readonly<Record<keyof None, Tensor>>;

/**
 * Classifier-free guidance; both estimates come from one call, on twice the batch. What the denoiser notes is noted for the
 * conditional estimate: a learned variance, too, is that of the condition.
 * @param options.scale guidance scale: 1 leaves the denoiser as it is, 0 asks for no condition at all
 * @param options.without what the network learned to read as "none", or conditions to lead away from: `[1, …]` or `[batch, …]`, or a record
 * of such, in which what stays as it is has no entry; borrowed, so keep it alive
 * @param options.correction a last word on the estimate, such as `matchedDeviation`
 * @throws RangeError (`scale-not-finite`) if `scale` is not finite, at a call (`scale-mismatch`) unless it has a number for each sample;
 * at a call, TypeError (`condition-mismatch`) if `without` and the condition differ in names, in type, or in shape apart from the batch
 */
export function classifierFree<None extends Without<None>>(options: {
  readonly scale: GuidanceScale;
  readonly without: None;
  readonly correction?: Correction;
}): GuidanceFrom<ConditionOf<None>> {
  const { without, correction } = options;
  return scaled(options, (denoiser, scale, ...asked) => {
    if (scale === 0 && correction === undefined) {
      const alone = unconditional(denoiser, without, ...asked);
      return { guided: alone, plain: alone };
    }
    const { given, none } = pair(denoiser, without, ...asked);
    return { guided: extrapolated(tensorArithmetic, none, given, scale), plain: given };
  });
}
