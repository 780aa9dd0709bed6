/** Shapes of a known rank, without casts. */
import { type Rank, reshape, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';

/**
 * The four lengths of an image batch.
 * @throws RangeError (`not-an-image-batch`) if `x` has another rank
 */
export function imageShape(x: Tensor): [batch: number, height: number, width: number, channels: number] {
  const [batch, height, width, channels] = x.shape;
  if (x.rank !== 4 || batch === undefined || height === undefined || width === undefined || channels === undefined)
    throw invalid('not-an-image-batch', `an image batch must have shape [batch, height, width, channels], got [${x.shape}]`);
  return [batch, height, width, channels];
}

/** An image batch as a tensor of rank 4, which it must be. */
export function image(x: Tensor): Tensor4D {
  return isImage(x) ? x : reshape<Rank.R4>(x, imageShape(x));
}

/** All but the last axis as rows: `[…, columns]` to `[rows, columns]`; a matrix is what it is. */
export function rows(x: Tensor): Tensor2D {
  const columns = x.shape.at(-1) ?? 1;
  return isMatrix(x) ? x : reshape<Rank.R2>(x, [x.size / columns, columns]);
}

/** `x` in another shape; itself where it has that shape. */
export function shaped(x: Tensor, shape: readonly number[]): Tensor {
  return x.shape.length === shape.length && x.shape.every((length, i) => length === shape[i]) ? x : reshape(x, [...shape]);
}

function isImage(x: Tensor): x is Tensor4D {
  return x.rank === 4;
}

function isMatrix(x: Tensor): x is Tensor2D {
  return x.rank === 2;
}
