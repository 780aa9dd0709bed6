/**
 * Data-parallel gradients: the batch is cut along its first axis, each part is differentiated on its own, and the results are
 * averaged, weighted by the number of examples, always in the order of the parts. So the numbers depend on how many parts
 * there are, and not on where or when each was computed: `sharded([eager, eager])` gives the bits of `sharded([eager, remote(worker)])`.
 */
import { batchShare, type Differentiate, disposeAll, invalid, sliceBatch, tensorsIn } from '@tweedie/core';
import { average, batchSize, type Weighted } from './internal/parts.js';

/**
 * Splits each batch over several ways to differentiate, in equal parts (the first ones larger by one where it does not divide).
 * The loss must be a mean over examples, and tensors of rank 1 or more must have the batch as first axis; scalars and plain
 * values go to every part. Parts on workers run while the first one runs here, so put the local one first.
 * @param parts for example `[eager, remote(worker)]`
 * @throws RangeError (`parts-empty`); when called (`batch-mismatch`) if first axes differ
 */
export function sharded(parts: readonly Differentiate[]): Differentiate {
  if (parts.length === 0) throw invalid('parts-empty', '`parts` must have at least one way to differentiate, got none');
  return (objective) => {
    const evaluators = parts.map((part) => part(objective));
    return async (inputs) => {
      const batch = batchSize(inputs);
      const shares = evaluators
        .map((evaluate, i) => ({ evaluate, ...batchShare(batch, parts.length, i) }))
        .filter(({ begin, end }) => end > begin);
      // From the last to the first: workers are at it before the local part takes this thread.
      const pending = shares.toReversed().map(async ({ evaluate, begin, end }): Promise<Weighted> => {
        const shard = shares.length === 1 ? inputs : sliceBatch(inputs, { begin, end });
        const kept = new Set(tensorsIn(inputs));
        try {
          return { weight: (end - begin) / batch, result: await evaluate(shard) };
        } finally {
          disposeAll(tensorsIn(shard).filter((tensor) => !kept.has(tensor)));
        }
      });
      const settled = (await Promise.allSettled(pending)).reverse();
      const results = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      try {
        for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
        return average(results);
      } finally {
        disposeAll(results);
      }
    };
  };
}
