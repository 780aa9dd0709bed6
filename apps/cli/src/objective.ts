/** What a run trains: the same in the main thread and in its gradient workers. */
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { Objective } from '@tweedie/core';
import { conditionDropout, type DiffusionBatch } from '@tweedie/losses';

import { sourceOf } from './data.js';
import { type Batch, lossOf } from './loss.js';
import { classesOf, type Model } from './model-spec.js';
import type { Trained } from './run-file.js';

/** The objective of a run; where there are classes, they are dropped at random for classifier-free guidance. */
export function objectiveOf(model: Model, trained: Trained): Objective<Batch, unknown> {
  const { training } = trained;
  const { objective } = lossOf(training.objective, { ...model, ...training, data: sourceOf(trained.data) });
  const classes = classesOf(trained.model.network);
  if (classes === 0) return objective;
  const conditional: Objective<DiffusionBatch<Tensor>, unknown> = objective;
  return conditionDropout(conditional, { probability: training.conditionDropout, without: noClass(classes) });
}

/** The label that means "none", for a network of so many classes; the caller owns it. */
export function noClass(classes: number): Tensor {
  return tensor1d([classes], 'int32');
}
