/**
 * Data to their latents and latents to data, one to one, along the probability flow: Song et al. 2021 (arXiv 2011.13456), appendix
 * D.1. From a noisy level to a clean one this is sampling with steps as short as the tolerance asks for.
 */
import type { ForwardProcess, NoiseLevel } from '@tweedie/core';
import type { SolverOptions } from './dormand-prince.js';
import type { Model } from './model.js';
import { probabilityFlow } from './probability-flow.js';

/** Options of {@link transport}. */
export interface TransportOptions<X> extends SolverOptions {
  readonly model: Model<X>;
  readonly process: ForwardProcess;
  /** A batch at the level `from`; borrowed. */
  readonly x: X;
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
}

/**
 * A batch carried from one level to another, fresh; back again it is the same within the tolerance.
 * @returns the batch, and how often the model was called
 * @throws RangeError (`level-infinite`), (`tolerance-not-positive`), (`slope-not-finite`), (`step-underflow`); the signal's reason
 * when aborted
 */
export async function transport<X>(options: TransportOptions<X>): Promise<{ readonly x: X; readonly evaluations: number }> {
  const { model, x, ...stretch } = options;
  const batch = await model(x);
  const { values, evaluations } = await probabilityFlow(batch, stretch);
  return { x: batch.restore(values), evaluations };
}
