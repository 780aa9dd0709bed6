/** Conformance of a sampler, on plain float64 numbers and on tensors. */
import type { Moment, Sampler } from '@tweedie/core';
import { describe } from 'vitest';
import { samplerOnNumbers } from './internal/sampler-on-numbers.js';
import { samplerOnTensors } from './internal/sampler-on-tensors.js';
import { samplerUnderControl } from './internal/sampler-under-control.js';

/** A property that holds, or the reason, with its source, why it cannot. */
export type Declared = true | { readonly reason: string };

/** What a sampler promises. */
export interface SamplerPromises {
  /** Order of accuracy: of the flow ODE, or of the variance if `stochastic`. */
  readonly order: number;
  /** Calls of `denoise`: a number, or one for each step. */
  readonly evaluationsPerStep: number | ((moment: Pick<Moment, 'from' | 'to' | 'index' | 'count'>) => number);
  /** Does it draw noise? Default false, which is then tested. */
  readonly stochastic?: boolean;
  /** Steps that a multistep method looks back on; default, as many as the order needs beyond the evaluations of one step. */
  readonly history?: number;
  /** Is a data set of one point reached exactly, from any level, on any grid? */
  readonly exactOnPoint: Declared;
  /** Is `x/alpha` the same under variance preserving, variance exploding and flow processes of one schedule? */
  readonly formInvariant: Declared;
  /** Does it estimate its error, for step controls? Default false. */
  readonly estimatesError?: boolean;
}

/**
 * Tests a sampler: its order, exactness on one point, invariance under the form of the process, finiteness at both ends,
 * calls of `denoise`, purity; and on tensors the same numbers, reproducibility whatever the batch size, and lifetime. One that
 * estimates its error is also run under a step control.
 * @param name what the tests are called
 * @param sampler the factory, generic in what is sampled
 * @param promises see {@link SamplerPromises}
 */
export function describeSampler(name: string, sampler: <X>() => Sampler<X>, promises: SamplerPromises): void {
  describe(name, () => {
    samplerOnNumbers(sampler, promises);
    samplerOnTensors(sampler, promises);
    if (promises.estimatesError === true) samplerUnderControl(sampler);
  });
}
