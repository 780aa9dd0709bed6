/**
 * The nearest of many vectors to each of some, by Euclidean distance: is what a model draws a copy of what it learned from?
 * Found by |x − y|² = |x|² + |y|² − 2·x·y in matrix products; the distance itself is then taken of the two vectors in float64.
 */
import { argMin, matMul, mul, square, sub, sum, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';
import { expectAlike, type FeatureRows, rowCount, rowDistance } from './feature-rows.js';

/** For each query the row that is nearest to it, and how far it is. */
export interface Neighbours {
  readonly indices: Int32Array;
  readonly distances: Float64Array;
}

const AT_ONCE = { queries: 500, references: 4000 };

/**
 * The nearest row of `references` to each row of `queries`; among rows as near as float32 can tell, any one of them.
 * @throws RangeError (`rows-uneven`, `rows-too-few`, `columns-differ`)
 */
export async function nearestNeighbours(queries: FeatureRows, references: FeatureRows): Promise<Neighbours> {
  expectAlike(queries, references);
  const [count, total] = [rowCount(queries), rowCount(references)];
  const indices = new Int32Array(count);
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let start = 0; start < total; start += AT_ONCE.references) {
    const some = part(references, start, AT_ONCE.references);
    for (let first = 0; first < count; first += AT_ONCE.queries) {
      const nearest = tidy(() => {
        const y = matrix(some);
        const products = matMul(matrix(part(queries, first, AT_ONCE.queries)), transpose(y));
        return argMin(sub(sum(square(y), 1), mul(2, products)), 1);
      });
      const found = await nearest.data<'int32'>();
      nearest.dispose();
      for (const [i, j] of found.entries()) {
        const distance = rowDistance(queries, first + i, references, start + j);
        if (distance >= (distances[first + i] ?? 0)) continue;
        distances[first + i] = distance;
        indices[first + i] = start + j;
      }
    }
  }
  return { indices, distances };
}

function part({ values, columns }: FeatureRows, first: number, rows: number): FeatureRows {
  return { values: values.subarray(first * columns, (first + rows) * columns), columns };
}

function matrix({ values, columns }: FeatureRows) {
  return tensor2d(new Float32Array(values), [values.length / columns, columns], 'float32');
}
