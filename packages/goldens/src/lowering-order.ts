/** Multistep samplers of a peer that lower their order towards the end of a run. */
import type { Sampler } from '@tweedie/core';

/** The sampler that `make` gives for each step; the orders must share their state, which is then handed from one to the next. */
export function byStep<X>(make: (index: number, count: number) => Sampler<X>): Sampler<X> {
  return { path: 'any', step: (context, x, state) => make(context.index, context.count).step(context, x, state) };
}
