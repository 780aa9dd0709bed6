/** What all objectives do about training times: draw them, keep them in the inputs, undo their density, and let their sampler learn. */
import { mean, mul, type Scalar, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Objective, type TimeSampler } from '@tweedie/core';

/** The times of inputs, one per sample. */
export type Timed = {
  readonly times: Tensor1D;
  /** What undoes the density of the times, if the time sampler gives it. */
  readonly importance?: Tensor1D;
};

/** What a time sampler gives. */
export type TimeDraw = ReturnType<TimeSampler['draw']>;

/** @throws RangeError (`times-mismatch`) if the sampler does not give `count` times */
export function drawTimes(sampler: TimeSampler, key: Key, count: number, memory: unknown): TimeDraw {
  const draw = sampler.draw(key, count, memory);
  if (draw.times.length !== count)
    throw invalid('times-mismatch', `the time sampler must give ${count} times, got ${draw.times.length}`);
  return draw;
}

/** Times and weights as tensors; fresh. */
export function timed({ times, weights }: TimeDraw): Timed {
  return {
    times: tensor1d(Float32Array.from(times)),
    ...(weights === undefined ? {} : { importance: tensor1d(Float32Array.from(weights)) }),
  };
}

/** The mean of losses per sample, each times what undoes the density of its time. */
export function averaged(perExample: Tensor1D, { importance }: Pick<Timed, 'importance'>): Scalar {
  return mean<Scalar>(importance === undefined ? perExample : mul(perExample, importance));
}

/** What an objective needs besides, so that the sampler of its times learns from the losses; nothing, if the sampler does not. */
export function observing(sampler: TimeSampler | undefined): Pick<Objective<unknown, Partial<Timed>>, 'observe'> {
  const observe = sampler?.observe;
  if (observe === undefined) return {};
  return { observe: async ({ times }, losses, memory) => observe([...((await times?.data()) ?? [])], losses, memory) };
}
