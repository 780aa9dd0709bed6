/**
 * What the probability flow asks of a model, the same for tensors and for plain numbers: the flow itself is solved in float64, and
 * only the estimate of x0 and its derivative come from elsewhere.
 */
import type { NoiseLevel } from '@tweedie/core';

/** An estimate of x0. */
export interface Estimate {
  /** `E[x0 | x]`, flat. */
  readonly x0: Float64Array;
  /** For each example the mean of `pᵀJp` over the probes, `J` the Jacobian of `E[x0 | x]` by `x`; without probes nobody reads it. */
  readonly traces: Float64Array;
}

/** A batch as flat numbers, example by example. */
export interface FlatBatch<X> {
  readonly examples: number;
  readonly values: Float64Array;
  /** The model's estimate at other values of the same shape. */
  estimate(x: Float64Array, level: NoiseLevel, probes: readonly Float64Array[]): Estimate | Promise<Estimate>;
  /** Values of the same shape as an `X`, fresh. */
  restore(values: Float64Array): X;
}

/** A model for batches of a kind; borrows them. */
export type Model<X> = (x: X) => FlatBatch<X> | Promise<FlatBatch<X>>;
