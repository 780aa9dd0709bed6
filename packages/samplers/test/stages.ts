/** The promise of a sampler that calls the denoiser several times a step. */
import type { Moment } from '@tweedie/core';

/** `count` evaluations in each step but one from pure noise or to clean data, which has one. */
export function stages(count: number): (moment: Pick<Moment, 'from' | 'to'>) => number {
  return ({ from, to }) => (to.sigma === 0 || from.alpha === 0 ? 1 : count);
}
