/** Methods whose last evaluation of a step is at its result, where the next step begins: it is not asked for twice. */
import type { Sampler } from '@tweedie/core';

/** An estimate, and where it was made. */
export type EndEstimate<X> = { readonly x: X; readonly logSnr: number; readonly denoised: X };

/** `sampler` with that estimate handed on. It holds for the very `x` that the step gave: nobody may have moved it in between. */
export function firstSameAsLast<X>(sampler: Sampler<X, undefined>): Sampler<X, EndEstimate<X>> {
  return {
    step(context, x, known) {
      let last: EndEstimate<X> | undefined;
      const denoise = (at: X, level: typeof context.from): X => {
        if (known?.x === at && known.logSnr === level.logSnr) return known.denoised;
        const denoised = context.denoise(at, level);
        last = { x: at, logSnr: level.logSnr, denoised };
        return denoised;
      };
      const { state, ...result } = sampler.step({ ...context, denoise }, x, undefined);
      return last?.x === result.x ? { ...result, state: last } : result;
    },
  };
}
