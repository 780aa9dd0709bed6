/**
 * The Fréchet distance between two sets of feature vectors, each seen as a normal distribution, |μ − ν|² + tr(S + T − 2·√(√S·T·√S)).
 * Heusel et al. 2017 (arXiv 1706.08500), eq. 6, with the features of a network that reads the images.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** @param a, b rows of features, `{ data: Float32Array, columns }` */
export function frechetDistance(a, b) {
  const [p, q] = [moments(a), moments(b)];
  const distance = p.mean.reduce((sum, mean, i) => sum + (mean - q.mean[i]) ** 2, 0);
  const root = rootOf(p.covariance);
  const between = rootOf(root.mmul(q.covariance).mmul(root));
  return distance + p.covariance.trace() + q.covariance.trace() - 2 * between.trace();
}

function moments({ data, columns }) {
  const rows = data.length / columns;
  const mean = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] / rows;
  const centred = new Matrix(rows, columns);
  for (let i = 0; i < data.length; i++) centred.set(Math.floor(i / columns), i % columns, data[i] - mean[i % columns]);
  return {
    mean,
    covariance: centred
      .transpose()
      .mmul(centred)
      .div(rows - 1),
  };
}

/** The root of a symmetric matrix without negative eigenvalues, but for rounding. */
function rootOf(matrix) {
  const symmetric = Matrix.add(matrix, matrix.transpose()).div(2);
  const { eigenvectorMatrix: vectors, realEigenvalues: values } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  const scaled = vectors.clone();
  for (const [column, value] of values.entries()) scaled.mulColumn(column, Math.sqrt(Math.max(value, 0)));
  return scaled.mmul(vectors.transpose());
}
