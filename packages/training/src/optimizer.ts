/** What an optimiser is: one update as tensor operations, its state in the open so that a checkpoint can hold it. */
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Parameters } from '@tweedie/core';

/** An optimiser's memory by name. Whoever asked for it owns it. */
export type OptimizerState = Readonly<Record<string, Variable>>;

/** What varies from one update to the next. */
export interface Update {
  readonly learningRate: number;
  /** Number of this update, from 1. */
  readonly step: number;
  /** Multiplies all gradients: the factor of gradient clipping. A tensor, since reading it back would stall. Default 1. */
  readonly scale?: Scalar;
}

/** A rule that moves parameters along gradients. */
export interface Optimizer {
  /** A fresh state for these parameters. */
  state(parameters: Parameters): OptimizerState;
  /** Assigns new values to parameters and state. A parameter without gradient stays as it is. */
  update(parameters: Parameters, gradients: Readonly<Record<string, Tensor>>, state: OptimizerState, update: Update): void;
}
