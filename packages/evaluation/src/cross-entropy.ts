/** The mean of a quantity over a data set, with its standard error: Welford 1962, one pass and no cancellation. */
import { disposeAll, invalid } from '@tweedie/core';

/** A mean over a data set. */
export interface CrossEntropy {
  readonly mean: number;
  /** Standard deviation of the mean, over data and probes together; NaN for a single example. */
  readonly standardError: number;
  readonly count: number;
}

/**
 * The mean over all examples of what `measure` gives for each, as bits per dimension.
 * @param batches pulled one by one, each freed after use
 * @param measure one number per example of a batch; `first` is the index of its first example
 * @throws RangeError (`data-empty`) if there is no example
 */
export async function crossEntropy<Batch>(
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  measure: (batch: Batch, first: number) => ArrayLike<number> | Promise<ArrayLike<number>>,
): Promise<CrossEntropy> {
  let [count, mean, squares] = [0, 0, 0];
  for await (const batch of batches) {
    try {
      for (const value of Array.from(await measure(batch, count))) {
        const offset = value - mean;
        mean += offset / ++count;
        squares += offset * (value - mean);
      }
    } finally {
      disposeAll(batch);
    }
  }
  if (count === 0) throw invalid('data-empty', '`batches` must hold at least one example, got none');
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count), count };
}
