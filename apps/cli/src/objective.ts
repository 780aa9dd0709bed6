/** What a run trains: the same in the main thread and in its gradient workers. */
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { Objective } from '@tweedie/core';
import { conditionDropout, type DiffusionBatch, type DiffusionInputs, diffusionLoss, unweighted } from '@tweedie/losses';
import type { Model, ModelSpec } from './model-spec.js';

/** The squared error of the network's own output, with labels dropped at `probability` for classifier-free guidance. */
export function objectiveOf(
  model: Model,
  { network: { classes } }: ModelSpec,
  probability: number,
): Objective<DiffusionBatch<Tensor>, DiffusionInputs<Tensor>> {
  const loss = diffusionLoss<Tensor>({ ...model, weighting: unweighted(model.parameterization) });
  return conditionDropout(loss, { probability, without: noClass(classes) });
}

/** The label that means "none", for a network of so many classes; the caller owns it. */
export function noClass(classes: number): Tensor {
  return tensor1d([classes], 'int32');
}
