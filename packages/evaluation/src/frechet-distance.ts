/**
 * The Fréchet distance between two sets of feature vectors, each seen as a normal distribution,
 *
 *     |μ − ν|² + tr(S + T − 2·√(√S·T·√S))
 *
 * Heusel et al. 2017 (arXiv 1706.08500), eq. 6. It falls as sets grow, so compare only sets of one size with the same other set. The sets'
 * covariances divide by n − 1.
 */
import { invalid } from '@tweedie/core';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type FeatureRows, rowCount } from './feature-rows.js';

/** Mean and covariance of a distribution. */
export interface Moments {
  readonly mean: readonly number[];
  /** Symmetric. */
  readonly covariance: Matrix;
}

/** The moments of at least two rows; throws as `rowCount`. */
export function moments(features: FeatureRows): Moments {
  const rows = rowCount(features, 2);
  const matrix = Matrix.from1DArray(rows, features.columns, features.values);
  const mean = matrix.mean('column');
  const centred = matrix.subRowVector(mean);
  const covariance = centred.transpose().mmul(centred);
  return { mean, covariance: covariance.div(rows - 1) };
}

/**
 * The distance between two normal distributions.
 * @throws RangeError (`columns-differ`)
 */
export function frechetDistance(p: Moments, q: Moments): number {
  if (p.mean.length !== q.mean.length)
    throw invalid('columns-differ', `both sets must have features of one length, got ${p.mean.length} and ${q.mean.length}`);
  const apart = p.mean.reduce((sum, mean, i) => sum + (mean - (q.mean[i] ?? Number.NaN)) ** 2, 0);
  const root = rootOf(p.covariance);
  const shared = eigen(root.mmul(q.covariance).mmul(root)).realEigenvalues.reduce((sum, value) => sum + rootOfValue(value), 0);
  return apart + p.covariance.trace() + q.covariance.trace() - 2 * shared;
}

function rootOf(matrix: Matrix): Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues: values } = eigen(matrix);
  return vectors.clone().mulRowVector(values.map(rootOfValue)).mmul(vectors.transpose());
}

function eigen(matrix: Matrix): EigenvalueDecomposition {
  return new EigenvalueDecomposition(Matrix.add(matrix, matrix.transpose()).div(2), { assumeSymmetric: true });
}

/** No eigenvalue is negative but by rounding. */
function rootOfValue(value: number): number {
  return Math.sqrt(Math.max(value, 0));
}
