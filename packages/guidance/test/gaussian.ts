/** Gaussian data and a linear measurement of them: everything in closed form, by matrix algebra in float64. */
import { add, matMul, reshape, sub, type Tensor, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Denoiser, NoiseLevel } from '@tweedie/core';
import type { LinearOperator } from '@tweedie/guidance';
import { inverse, Matrix } from 'ml-matrix';

type Scales = Pick<NoiseLevel, 'alpha' | 'sigma'>;

/** Data `N(mean, covariance)`, rows of numbers in the order of `shape`, which is that of a sample. */
export function gaussian(mean: readonly number[], covariance: Matrix, shape: readonly number[]) {
  const size = mean.length;
  const m = Matrix.columnVector([...mean]);
  const eye = Matrix.eye(size);
  const gain = ({ alpha, sigma }: Scales) =>
    Matrix.mul(covariance, alpha).mmul(inverse(Matrix.add(Matrix.mul(covariance, alpha ** 2), Matrix.mul(eye, sigma ** 2))));
  const column = (x: readonly number[]) => Matrix.columnVector([...x]);
  return {
    /** `∂E[x0 | x]/∂x`. */
    gain,
    denoiser: ((x, level) =>
      tidy(() => {
        const k = gain(level);
        const offset = sub(reshape(x, [-1, size]), tensor1d(mean.map((value) => value * level.alpha)));
        return reshape(add(matMul(offset, tensor2d(k.transpose().to2DArray())), tensor1d([...mean])), x.shape);
      })) satisfies Denoiser,
    /** `E[x0 | x]`. */
    estimate: (x: readonly number[], level: Scales) =>
      Matrix.add(m, gain(level).mmul(Matrix.sub(column(x), Matrix.mul(m, level.alpha)))).to1DArray(),
    /** Mean and covariance of x0 given x and y, from the sum of precisions. */
    posterior(a: Matrix, y: readonly number[], noise: number, seen?: { readonly x: readonly number[]; readonly level: Scales }) {
      const prior = inverse(covariance);
      const { alpha, sigma } = seen?.level ?? { alpha: 0, sigma: 1 };
      const precision = Matrix.add(prior, Matrix.mul(eye, (alpha / sigma) ** 2)).add(
        Matrix.mul(a.transpose().mmul(a), 1 / noise ** 2),
      );
      const spread = inverse(precision);
      const information = Matrix.add(prior.mmul(m), Matrix.mul(a.transpose().mmul(column(y)), 1 / noise ** 2)).add(
        Matrix.mul(column(seen?.x ?? mean.map(() => 0)), alpha / sigma ** 2),
      );
      return { mean: spread.mmul(information).to1DArray(), covariance: spread };
    },
    /** An operator on samples of `shape` as a matrix. */
    matrix: ({ apply }: LinearOperator) => {
      const columns = tidy(() => apply(tensor(eye.to1DArray(), [size, ...shape])));
      const rows = reshape(columns, [size, -1]);
      return new Matrix(rows.arraySync() as number[][]).transpose();
    },
  };
}

/** The largest difference, by the size of what is expected. */
export function error(result: Tensor, expected: readonly number[]): number {
  const values = result.dataSync();
  return Math.max(...expected.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))));
}
