/** What all guidances have in common whose scale 1 means "off". */
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';
import type { Correction, GuidanceScale } from '../guidance-scale.js';
import { checkScale, scaleAt } from './scale.js';

/** The part of the options that {@link scaled} takes care of. */
export interface ScaleOptions {
  readonly scale: GuidanceScale;
  readonly correction?: Correction;
}

/** A guidance of every denoiser whose condition has at least these tensors. */
export type GuidanceFrom<Least> = <Condition extends Least>(denoiser: Denoiser<Condition>) => Denoiser<Condition>;

/** The estimates of a guidance; `scale` is a number other than 1, or a number for each sample, of the rank of `x`. */
export type Estimates<Least> = <Condition extends Least>(
  denoiser: Denoiser<Condition>,
  scale: number | Tensor,
  ...asked: Parameters<Denoiser<Condition>>
) => { readonly guided: Tensor; readonly plain: Tensor };

/**
 * A guidance by a scale.
 * @throws RangeError (`scale-not-finite`), at a call also (`scale-mismatch`)
 */
export function scaled<Least>({ scale, correction }: ScaleOptions, estimates: Estimates<Least>): GuidanceFrom<Least> {
  checkScale(scale);
  if (scale === 1) return (denoiser) => denoiser;
  return (denoiser) =>
    (...asked) =>
      tidy(() => {
        const [x, level, , moment] = asked;
        const now = scaleAt(scale, x, level, moment);
        if (now === 1) return denoiser(...asked);
        const { guided, plain } = estimates(denoiser, now, ...asked);
        return correction === undefined ? guided : correction(guided, plain, x, level);
      });
}
