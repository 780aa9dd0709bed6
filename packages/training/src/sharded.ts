/**
 * Data-parallel gradients: the batch is cut along its first axis, each part is differentiated on its own, and the results are
 * averaged, weighted by the number of examples, always in the order of the parts. So the numbers depend on how many parts
 * there are, and not on where or when each was computed: `sharded([eager, eager])` gives the bits of `sharded([eager, remote(worker)])`.
 */
import { concat, type Scalar, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import {
  batchShare,
  combine,
  type Differentiate,
  disposeAll,
  type Gradients,
  invalid,
  sliceBatch,
  tensorsIn,
} from '@tweedie/core';

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

interface Weighted {
  readonly weight: number;
  readonly result: Gradients;
}

function average(results: readonly Weighted[]): Gradients {
  const mean = <T extends Tensor>(pick: (result: Gradients) => T | undefined): T =>
    combine(...results.map(({ weight, result }): readonly [number, Tensor] => [weight, present(pick(result))])) as T;
  const [head] = results;
  const { perExample, metrics = {}, gradients = {} } = head?.result ?? {};
  return tidy(() => ({
    loss: mean((result) => result.loss),
    ...(perExample && { perExample: concat(results.map(({ result }): Tensor1D => present(result.perExample))) }),
    metrics: Object.fromEntries(
      Object.keys(metrics).map((name): [string, Scalar] => [name, mean((result) => result.metrics?.[name])]),
    ),
    gradients: Object.fromEntries(
      Object.keys(gradients).map((name): [string, Tensor] => [name, mean((result) => result.gradients[name])]),
    ),
  }));
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw invalid('parts-differ', 'all parts must give the same gradients and metrics', Error);
  return value;
}

function batchSize(inputs: unknown): number {
  const sizes = new Set(tensorsIn(inputs).flatMap(({ shape }) => shape.slice(0, 1)));
  const [size] = sizes;
  if (size === undefined || size === 0 || sizes.size > 1)
    throw invalid(
      'batch-mismatch',
      `all input tensors must have the batch as first axis, got first axes of ${[...sizes].join(', ') || 'no tensor'}`,
    );
  return size;
}
