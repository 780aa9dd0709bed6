/** Samplers that step as classes of diffusers do: wrappers around ours. */
import type { NoiseLevel, Sampler } from '@tweedie/core';

/** A sampler that is made to step between levels of its own, whatever the grid says. */
export function betweenLevels<X>(
  steps: readonly { readonly from?: NoiseLevel; readonly to: NoiseLevel }[],
  sampler: Sampler<X>,
): Sampler<X> {
  return { path: 'any', step: (context, x, state) => sampler.step({ ...context, ...steps[context.index] }, x, state) };
}

/** A sampler that adds the noise of the whole last transition, or of the variance that was noted, on top of clean data. */
export function endingNoisily<X>(sampler: Sampler<X>): Sampler<X> {
  return {
    step(context, x, state) {
      const { from, to, combine, noise, recall } = context;
      const result = sampler.step(context, x, state);
      if (to.sigma > 0) return result;
      const variance = recall('variance');
      return { ...result, x: combine([1, result.x], [variance === undefined ? from.sigma : 1, noise(from, to, variance)]) };
    },
  };
}

/** A sampler that cuts the estimate of the data, but not the noise that is found beside it. */
export function cuttingDataOnly<X>(cut: (x0: X) => X, sampler: Sampler<X>): Sampler<X> {
  return {
    ...sampler,
    step(context, x, state) {
      const { to, combine } = context;
      const result = sampler.step(context, x, state);
      const { denoised } = result;
      return { ...result, x: combine([1, result.x], [to.alpha, cut(denoised)], [-to.alpha, denoised]) };
    },
  };
}
