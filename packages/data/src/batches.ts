/** Shuffled batches without end. Batch k is a pure function of key, batch size and k, so the step alone says where to resume. */
import { invalid, type Key } from '@tweedie/core';
import type { Dataset } from './dataset.js';
import { checkSize, epochs } from './shuffle.js';

/** Options of {@link batches}. */
export interface BatchOptions {
  /** Examples per batch. */
  readonly size: number;
  readonly key: Key;
  /** The first batch to give, default 0: the step at which a run resumes. */
  readonly from?: number;
}

/**
 * Batches for ever, each of exactly `size` examples: one that reaches over the end of an epoch goes on in the next, so that
 * every example comes once per epoch and none is dropped. What is pulled belongs to the caller.
 * @throws RangeError (`size-not-positive`), (`from-negative`)
 *
 * @example
 * ```ts
 * import { batches } from '@tweedie/data';
 * import { key } from '@tweedie/core';
 *
 * const letters = { size: 5, batch: (indices: ArrayLike<number>) => Array.from(indices, (i) => 'abcde'[i]).join('') };
 * const words = batches(letters, { size: 3, key: key(0) });
 * const resumed = batches(letters, { size: 3, key: key(0), from: 1 });
 * console.log(words.next().value, words.next().value, resumed.next().value); // the last two are the same
 * ```
 */
export function* batches<Batch>(dataset: Dataset<Batch>, options: BatchOptions): Generator<Batch, never> {
  const { size, key, from = 0 } = options;
  checkSize('size', size);
  if (!Number.isSafeInteger(from) || from < 0)
    throw invalid('from-negative', `\`from\` must be an integer, 0 or more, got ${from}`);
  const indices = epochs(key, dataset.size);
  for (let k = from; ; k++) yield dataset.batch(indices(k * size, size));
}
