/** What ways to differentiate a batch in parts have in common. */
import { concat, type Scalar, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { combine, type Gradients, invalid, tensorsIn } from '@tweedie/core';

/** A part's result, and the share of the batch that it is of. */
export interface Weighted {
  readonly weight: number;
  readonly result: Gradients;
}

/** The sum of the results by weight, and the values per example one after the other: fresh tensors. */
export function average(results: readonly Weighted[]): Gradients {
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

/** @throws RangeError (`batch-mismatch`) unless all tensors of rank 1 or more have the same first axis */
export function batchSize(inputs: unknown): number {
  const sizes = new Set(tensorsIn(inputs).flatMap(({ shape }) => shape.slice(0, 1)));
  const [size] = sizes;
  if (size === undefined || size === 0 || sizes.size > 1)
    throw invalid(
      'batch-mismatch',
      `all input tensors must have the batch as first axis, got first axes of ${[...sizes].join(', ') || 'no tensor'}`,
    );
  return size;
}
