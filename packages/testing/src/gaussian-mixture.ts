/**
 * An exact denoiser: the posterior mean of a Gaussian mixture in the plane, in float64. With `x = alpha·x0 + sigma·eps`,
 *
 *     E[x0 | x] = Σ_k r_k·(μ_k + alpha·C_k V_k⁻¹ (x − alpha·μ_k)),    V_k = alpha²·C_k + sigma²·I
 *
 * and `r_k ∝ w_k·N(x; alpha·μ_k, V_k)`: Bayes on jointly Gaussian variables, and Tweedie's formula without the score.
 */
import { type Denoiser, invalid } from '@tweedie/core';

/** A mixture of Gaussians in the plane; a covariance is given as `[xx, xy, yy]`. */
export interface GaussianMixture {
  readonly weights: readonly number[];
  readonly means: readonly (readonly [x: number, y: number])[];
  readonly covariances: readonly (readonly [xx: number, xy: number, yy: number])[];
}

/** Three components of unequal weight and shape, apart from each other but not far. */
export const threeGaussians: GaussianMixture = {
  weights: [0.5, 0.3, 0.2],
  means: [
    [-1, 0.5],
    [1, 0.8],
    [0.3, -1.2],
  ],
  covariances: [
    [0.3, 0.1, 0.2],
    [0.25, -0.05, 0.4],
    [0.35, 0, 0.15],
  ],
};

/**
 * The exact denoiser of a mixture, on rows of two numbers.
 * @throws RangeError (`mixture-ragged`) unless there are as many means and covariances as weights
 */
export function mixtureDenoiser(mixture: GaussianMixture): Denoiser<undefined, Float64Array> {
  const { weights, means, covariances } = mixture;
  if (means.length !== weights.length || covariances.length !== weights.length)
    throw invalid(
      'mixture-ragged',
      `a mixture needs one mean and one covariance per weight, got ${weights.length} weights, ${means.length} means, ${covariances.length} covariances`,
    );
  return (x, level) => {
    const denoised = new Float64Array(x.length);
    // E[x0 | x] is the same in every scale of x; in this one no determinant overflows.
    const size = Math.hypot(level.alpha, level.sigma);
    const [alpha, sigma] = [level.alpha / size, level.sigma / size];
    for (let row = 0; row < x.length; row += 2)
      denoised.set(posteriorMean(mixture, [(x[row] ?? 0) / size, (x[row + 1] ?? 0) / size], alpha, sigma), row);
    return denoised;
  };
}

function posteriorMean(
  { weights, means, covariances }: GaussianMixture,
  x: readonly [number, number],
  alpha: number,
  sigma: number,
): number[] {
  const components = weights.map((weight, k) => {
    const [mx, my] = means[k] ?? [0, 0];
    const [xx, xy, yy] = covariances[k] ?? [1, 0, 1];
    const [vxx, vxy, vyy] = [alpha ** 2 * xx + sigma ** 2, alpha ** 2 * xy, alpha ** 2 * yy + sigma ** 2];
    const determinant = vxx * vyy - vxy * vxy;
    const [dx, dy] = [x[0] - alpha * mx, x[1] - alpha * my];
    const [sx, sy] = [(vyy * dx - vxy * dy) / determinant, (vxx * dy - vxy * dx) / determinant];
    return {
      logWeight: Math.log(weight) - (dx * sx + dy * sy) / 2 - Math.log(determinant) / 2,
      mean: [mx + alpha * (xx * sx + xy * sy), my + alpha * (xy * sx + yy * sy)] as const,
    };
  });
  const most = Math.max(...components.map(({ logWeight }) => logWeight));
  let [total, sumX, sumY] = [0, 0, 0];
  for (const { logWeight, mean } of components) {
    const weight = Math.exp(logWeight - most);
    total += weight;
    sumX += weight * mean[0];
    sumY += weight * mean[1];
  }
  return [sumX / total, sumY / total];
}
