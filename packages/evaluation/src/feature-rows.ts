/** Sets of feature vectors, as distances between sets of images are taken of them. */
import { invalid } from '@tweedie/core';

/** Vectors, row after row. */
export interface FeatureRows {
  readonly values: Float32Array | Float64Array;
  /** Length of each. */
  readonly columns: number;
}

/**
 * How many rows there are.
 * @param least how many are needed
 * @throws RangeError (`rows-uneven`) unless the values fill whole rows, (`rows-too-few`)
 */
export function rowCount({ values, columns }: FeatureRows, least = 1): number {
  const rows = values.length / columns;
  if (!Number.isSafeInteger(columns) || columns < 1 || !Number.isSafeInteger(rows))
    throw invalid('rows-uneven', `\`values\` must fill rows of \`columns\`, got ${values.length} values in rows of ${columns}`);
  if (rows < least) throw invalid('rows-too-few', `there must be at least ${least} rows of features, got ${rows}`);
  return rows;
}

/** Some of the rows, in the order of `indices`, as float64. */
export function rowsAt({ values, columns }: FeatureRows, indices: ArrayLike<number>): FeatureRows {
  const some = new Float64Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    const first = (indices[i] ?? 0) * columns;
    some.set(values.subarray(first, first + columns), i * columns);
  }
  return { values: some, columns };
}

/** @throws RangeError (`columns-differ`) */
export function expectAlike(a: FeatureRows, b: FeatureRows): void {
  if (a.columns !== b.columns)
    throw invalid('columns-differ', `both sets must have features of one length, got ${a.columns} and ${b.columns}`);
}

/** The Euclidean distance between row i of one set and row j of another. */
export function rowDistance(a: FeatureRows, i: number, b: FeatureRows, j: number): number {
  let squares = 0;
  for (let k = 0; k < a.columns; k++) squares += ((a.values[i * a.columns + k] ?? 0) - (b.values[j * b.columns + k] ?? 0)) ** 2;
  return Math.sqrt(squares);
}
