/** Samplers that step as classes of diffusers do: wrappers around ours. */
import type { NoiseLevel, Sampler } from '@tweedie/core';

/** A sampler that is made to step to `targets[index]`, whatever level comes next. */
export function steppingTo(targets: readonly NoiseLevel[], sampler: Sampler<Float64Array>): Sampler<Float64Array> {
  return {
    path: 'any',
    step: (context, x, state) => sampler.step({ ...context, to: targets[context.index] ?? context.to }, x, state),
  };
}

/** A sampler that adds the noise of the whole last transition, on top of clean data. */
export function endingNoisily(sampler: Sampler<Float64Array>): Sampler<Float64Array> {
  return {
    step(context, x, state) {
      const { from, to, combine, noise } = context;
      const result = sampler.step(context, x, state);
      return to.sigma === 0 ? { ...result, x: combine([1, result.x], [from.sigma, noise(from, to)]) } : result;
    },
  };
}
