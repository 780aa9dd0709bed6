/** A function of a batch, compiled for several engines: each has an equal part of it. */
import { concat, type Tensor } from '@tensorflow/tfjs-core';
import { batchShare, sliceBatch } from '@tweedie/core';
import { compile } from '../compile.js';
import type { Engine } from '../engine.js';

/** Gives its result when all parts are done; what is on the way is for the caller's `tidy`. */
export interface Batchwise<Inputs> {
  (inputs: Inputs): Tensor;
  /** Frees the graphs, as `compile` does. */
  dispose(): void;
}

/**
 * @param fn of samples that do not know of each other; the first axis of every tensor counts them
 * @throws when called, what `compile` throws
 */
export function batchwise<Inputs extends readonly [Tensor, ...unknown[]]>(
  fn: (inputs: Inputs) => Tensor,
  engines: Engine | readonly [Engine, ...Engine[]],
): Batchwise<Inputs> {
  const parts = ('load' in engines ? [engines] : engines).map((engine) => compile(fn, { engine }));
  const run = (inputs: Inputs): Tensor => {
    const [batch = 0] = inputs[0].shape;
    const waits: (() => Tensor)[] = [];
    try {
      for (const [i, part] of parts.entries()) {
        const share = batchShare(batch, parts.length, i);
        if (share.end > share.begin) waits.push(part.start(parts.length === 1 ? inputs : sliceBatch(inputs, share)));
      }
      return concat(
        waits
          .splice(0)
          .map(settled)
          .map((result) => result()),
      );
    } finally {
      waits.map(settled); // where one could not begin
    }
  };
  const dispose = (): void => {
    for (const part of parts) part.dispose();
  };
  return Object.assign(run, { dispose });
}

/** What a wait comes to, thrown or not: all have to end before one error is told. */
function settled(wait: () => Tensor): () => Tensor {
  try {
    const value = wait();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
