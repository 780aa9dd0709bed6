import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { foldIn, type Key, mapTensors, type Network } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';

/** What a network is given besides the data and their noise. */
export interface Given<Condition> {
  readonly condition: Condition;
  /** Of its dropout, if it has any. */
  readonly masks?: readonly Tensor[];
}

/** Folded into the key, so that all other draws are those of a network without dropout. */
const MASKS = 0x6d61736b;

/** Copies of a batch's condition, which it may leave out only where there is none, and masks drawn from the key. */
export function given<Condition>(
  network: Pick<Network, 'masks'>,
  { x, condition }: DiffusionBatch<Condition>,
  key: Key,
): Given<Condition> {
  const masks = network.masks?.(x.shape, foldIn(key, MASKS));
  return { condition: mapTensors(condition as Condition, clone), ...(masks && { masks }) };
}
