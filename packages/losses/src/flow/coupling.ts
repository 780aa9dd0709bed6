/**
 * Couplings: which source goes with which datum, the joint distribution `q(x0, x1)` of flow matching. Any coupling with the right
 * marginals gives a flow between them; pairs that lie close give straighter flows. Tong et al. 2023 (arXiv 2302.00482), section
 * 3.
 *
 * A coupling orders the source and leaves the data in place, so that conditions stay with the data that they belong to.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Key } from '@tweedie/core';

/** What a coupling may look at; borrowed. */
export interface Unpaired<Condition = unknown> {
  /** `[batch, …]`. */
  readonly data: Tensor;
  /** Of the shape of the data. */
  readonly source: Tensor;
  readonly condition: Condition;
}

/** For each datum the index of its source; undefined: as they lie. */
export type Pairing = ArrayLike<number> | undefined;

/** A rule for pairing a batch; may read tensors back. */
export type Coupling<Condition = unknown> = (batch: Unpaired<Condition>, key: Key) => Pairing | Promise<Pairing>;

/** Pairs as they lie: independent ones if the source is drawn, or those of a batch that brings its own source. */
export function independent(): Coupling {
  return () => undefined;
}
