/**
 * A vector for each class, looked up by a product with one-hot rows: `gather` has no gradient on tfjs's wasm backend.
 * Parameter `weight` [entries, width], first standard normal.
 */
import { cast, matMul, oneHot, type Rank, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Initializer, standardNormal } from './initializers.js';
import { rows } from './internal/shape.js';
import type { Layer } from './layer.js';
import type { Scope } from './scope.js';

/**
 * A table of vectors, `[batch]` of int32 indices from 0 to `entries − 1` to `[batch, width]`. An index outside gives zeros.
 * @param initial first values. Default standard normal
 */
export function classEmbedding(scope: Scope, entries: number, width: number, initial: Initializer = standardNormal): Layer {
  const weight = scope.parameter('weight', [entries, width], initial);
  return (indices) =>
    tidy(() => {
      const hot: Tensor = cast(oneHot(reshape<Rank.R1>(cast(indices, 'int32'), [-1]), entries), 'float32');
      return matMul(hot, rows(weight));
    });
}
