import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { Objective, TimeSampler } from '@tweedie/core';

/** What an objective needs besides, so that the sampler of its times learns from the losses; nothing, if the sampler does not. */
export function observing({ observe }: TimeSampler): Pick<Objective<unknown, { readonly times: Tensor1D }>, 'observe'> {
  if (observe === undefined) return {};
  return { observe: ({ times }, losses, memory) => observe(Array.from(times.dataSync()), losses, memory) };
}
