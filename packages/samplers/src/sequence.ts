/** A run that changes its sampler from step to step, as singlestep solvers of mixed orders do. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * One sampler for each step, in order; none of them keeps a state. The run must have as many steps.
 * @throws RangeError (`sequence-empty`) without a sampler; while sampling, (`sequence-length`) if the run has more or fewer steps
 */
export function sequence<X = Tensor>(samplers: readonly Sampler<X, undefined>[]): Sampler<X, undefined> {
  if (samplers.length === 0) throw invalid('sequence-empty', '`samplers` must have at least one entry, got none');
  return {
    ...(samplers.some(({ path }) => path === 'any') ? { path: 'any' } : {}),
    step(context, x, state) {
      const sampler = samplers[context.index];
      if (sampler === undefined || context.count !== samplers.length)
        throw invalid('sequence-length', `\`steps\` must be ${samplers.length}, one for each sampler, got ${context.count}`);
      return sampler.step(context, x, state);
    },
  };
}
