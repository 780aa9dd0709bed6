/** What all guidances have in common whose scale 1 means "off". */
import { reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, type Guidance, invalid } from '@tweedie/core';
import type { Correction, GuidanceScale } from '../guidance-scale.js';
import { finite } from './finite.js';

/** The part of the options that {@link scaled} takes care of. */
export interface ScaleOptions {
  readonly scale: GuidanceScale;
  readonly correction?: Correction;
}

/** The estimates of a guidance; `scale` is a number other than 1, or a number for each sample, of the rank of `x`. */
export type Estimates<Condition> = (
  denoiser: Denoiser<Condition>,
  scale: number | Tensor,
  ...asked: Parameters<Denoiser<Condition>>
) => { readonly guided: Tensor; readonly plain: Tensor };

/**
 * A guidance by a scale.
 * @throws RangeError (`scale-not-finite`), at a call also (`scale-mismatch`)
 */
export function scaled<Condition>({ scale, correction }: ScaleOptions, estimates: Estimates<Condition>): Guidance<Condition> {
  if (typeof scale === 'number') finite('scale', scale);
  if (scale === 1) return (denoiser) => denoiser;
  return (denoiser) =>
    (...asked) =>
      tidy(() => {
        const [x, level, , moment] = asked;
        const now = typeof scale === 'function' ? finite('scale', scale(level, moment)) : scale;
        if (now === 1) return denoiser(...asked);
        const { guided, plain } = estimates(denoiser, typeof now === 'number' ? now : forSamples(now, x), ...asked);
        return correction === undefined ? guided : correction(guided, plain, x, level);
      });
}

function forSamples(scale: Tensor, { shape: [batch = 0, ...sample] }: Tensor): Tensor {
  if (scale.size === batch) return reshape(scale, [batch, ...sample.map(() => 1)]);
  throw invalid('scale-mismatch', `\`scale\` must have one number for each of the ${batch} samples, got ${scale.size}`);
}
