import { clone } from '@tensorflow/tfjs-core';
import { mapTensors } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';

/** The condition of a batch, its tensors fresh; a batch may leave out the condition only where there is none. */
export function copiedCondition<Condition>({ condition }: DiffusionBatch<Condition>): Condition {
  return mapTensors(condition as Condition, clone);
}
