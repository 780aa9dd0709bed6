/** What the objectives of a discrete bound prepare: a batch in a step of the chain each, and what the step is compared with. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Given } from '../internal/given.js';
import type { Timed } from '../internal/timed.js';
import type { MeanCoefficients, VarianceBounds } from './reverse-step.js';

/** The tensors of {@link BoundInputs}. */
export type BoundTensors = Timed & {
  /** The network's input, `in·x_t`, and what it is told. */
  readonly x: Tensor;
  readonly noise: Tensor1D;
  readonly data: Tensor;
  /** `x_t`. */
  readonly noisy: Tensor;
  /** What the model's step is compared with: the posterior's mean, or a draw. */
  readonly reference: Tensor;
  /** With a draw, the logarithm of its density under the forward process. */
  readonly density?: Tensor;
  readonly mean: MeanCoefficients<Tensor>;
  readonly bounds: VarianceBounds<Tensor>;
  /** 1 in the step to data, else 0. */
  readonly last: Tensor;
  /** The prior term, in nats per element. */
  readonly prior: Tensor1D;
};

/** What one evaluation of a discrete bound needs, owned by the caller. Every tensor has the batch as first axis. */
export type BoundInputs<Condition = undefined> = BoundTensors & Given<Condition>;
