/** Tensors of a batch and numbers, one for each of its samples. */
import { addN, mean, mul, type Rank, reshape, type Tensor, type Tensor1D, tensor } from '@tensorflow/tfjs-core';

/** The mean over the elements of each sample. */
export function perSample(x: Tensor, batch: number): Tensor1D {
  return mean(reshape<Rank.R2>(x, [batch, -1]), 1);
}

/** Numbers, one per sample, as a column that broadcasts over `x`. */
export function column(values: readonly number[] | Float32Array, x: Tensor): Tensor {
  return tensor(values instanceof Float32Array ? values : Float32Array.from(values), [
    values.length,
    ...x.shape.slice(1).map(() => 1),
  ]);
}

/** `Σ cᵢ·xᵢ` with one coefficient per sample; of one term at least, and of one shape. */
export function mixed(...terms: readonly (readonly [coefficients: readonly number[] | Float32Array, x: Tensor])[]): Tensor {
  return addN(terms.map(([coefficients, x]) => mul(x, column(coefficients, x))));
}
