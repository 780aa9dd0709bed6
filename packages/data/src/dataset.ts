/** A finite set of examples that gives batches of any of them. */
export interface Dataset<Batch> {
  /** Number of examples. */
  readonly size: number;
  /** The examples at these indices, in this order, as fresh tensors that the caller owns. */
  batch(indices: ArrayLike<number>): Batch;
}
