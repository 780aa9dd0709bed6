/** Small symmetric matrices, as rows of float64 numbers. */
import { invalid } from '@tweedie/core';

/** A square matrix by rows. */
export type Matrix = readonly (readonly number[])[];

/** Entry (i, j). */
export function entry(matrix: Matrix, i: number, j: number): number {
  return matrix[i]?.[j] ?? 0;
}

/**
 * The lower triangle L with `L·Lᵀ = matrix`, positive semi-definite: a direction without variance gives a zero column.
 * @throws RangeError (`covariance-invalid`) for a matrix that is not symmetric positive semi-definite
 */
export function cholesky(matrix: Matrix): Matrix {
  const n = matrix.length;
  const lower = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const scale = Math.max(...matrix.map((row, i) => Math.abs(row[i] ?? 0)));
  const bad = () =>
    invalid('covariance-invalid', `a covariance must be symmetric and positive semi-definite, got ${JSON.stringify(matrix)}`);
  lower.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      if (Math.abs(entry(matrix, i, j) - entry(matrix, j, i)) > 1e-12 * scale) throw bad();
      let rest = entry(matrix, i, j);
      for (let k = 0; k < j; k++) rest -= entry(lower, i, k) * entry(lower, j, k);
      const pivot = entry(lower, j, j);
      if (i === j) {
        if (!(rest >= -1e-12 * scale)) throw bad();
        row[j] = rest > 1e-14 * scale ? Math.sqrt(rest) : 0;
      } else {
        if (pivot === 0 && Math.abs(rest) > 1e-7 * scale) throw bad();
        row[j] = pivot === 0 ? 0 : rest / pivot;
      }
    }
  });
  return lower;
}

/** The inverse of `L·Lᵀ`, for L with a positive diagonal. */
export function inverseOf(lower: Matrix): Matrix {
  const n = lower.length;
  // Columns of L⁻¹ by forward substitution.
  const columns = Array.from({ length: n }, (_, c) => {
    const column = new Array<number>(n).fill(0);
    for (let i = c; i < n; i++) {
      let rest = i === c ? 1 : 0;
      for (let k = c; k < i; k++) rest -= entry(lower, i, k) * (column[k] ?? 0);
      column[i] = rest / entry(lower, i, i);
    }
    return column;
  });
  return columns.map((a) => columns.map((b) => a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0)));
}

/** `matrix · vector`. */
export function multiply(matrix: Matrix, vector: readonly number[]): readonly number[] {
  return matrix.map((row) => row.reduce((sum, value, k) => sum + value * (vector[k] ?? 0), 0));
}
