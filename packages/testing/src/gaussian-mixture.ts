/**
 * An exact denoiser: the posterior mean of a Gaussian mixture in the plane, in float64. With `x = alpha·x0 + sigma·eps`,
 *
 *     E[x0 | x] = Σ_k r_k·(μ_k + alpha·C_k V_k⁻¹ (x − alpha·μ_k)),    V_k = alpha²·C_k + sigma²·I
 *
 * and `r_k ∝ w_k·N(x; alpha·μ_k, V_k)`: Bayes on jointly Gaussian variables, and Tweedie's formula without the score.
 */
import { type Denoiser, invalid, type NoiseLevel } from '@tweedie/core';

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
  const derivative = dual(mixture);
  return (x, level) => derivative(x, level, new Float64Array(x.length)).value;
}

/**
 * The exact derivative of {@link mixtureDenoiser} along a direction, `J·direction` for each row.
 * @throws RangeError (`mixture-ragged`) as the denoiser
 */
export function mixtureDerivative(
  mixture: GaussianMixture,
): (x: Float64Array, level: NoiseLevel, direction: Float64Array) => Float64Array {
  const derivative = dual(mixture);
  return (x, level, direction) => derivative(x, level, direction).slope;
}

/**
 * The exact probabilities of the components given `x`, as many in each row as there are components.
 * @throws RangeError (`mixture-ragged`) as the denoiser
 */
export function mixtureShares(
  mixture: GaussianMixture,
): (x: Float64Array, level: Pick<NoiseLevel, 'alpha' | 'sigma'>) => Float64Array {
  const rows = posterior(mixture);
  return (x, level) => {
    const shares = new Float64Array((x.length / 2) * mixture.weights.length);
    rows(x, level, new Float64Array(x.length), (mean, row) => shares.set(mean.shares, row * mixture.weights.length));
    return shares;
  };
}

/**
 * The exact gradient by `x` of the log-probability of a component given `x`, row by row: `−V_y⁻¹(x − alpha·μ_y) − score`.
 * @throws RangeError (`mixture-ragged`) as the denoiser
 */
export function mixtureShareGradient(
  mixture: GaussianMixture,
  component: number,
): (x: Float64Array, level: Pick<NoiseLevel, 'alpha' | 'sigma'>) => Float64Array {
  const rows = posterior(mixture);
  return (x, level) => {
    const gradient = new Float64Array(x.length);
    for (const axis of [0, 1])
      rows(
        x,
        level,
        x.map((_, i) => Number(i % 2 === axis)),
        ({ logShareSlopes }, row) => gradient.fill(logShareSlopes[component] ?? Number.NaN, 2 * row + axis, 2 * row + axis + 1),
      );
    return gradient;
  };
}

function dual(mixture: GaussianMixture) {
  const rows = posterior(mixture);
  return (x: Float64Array, level: NoiseLevel, direction: Float64Array) => {
    const [value, slope] = [new Float64Array(x.length), new Float64Array(x.length)];
    rows(x, level, direction, (mean, row) => {
      value.set(mean.value, 2 * row);
      slope.set(mean.slope, 2 * row);
    });
    return { value, slope };
  };
}

/** Tells what is known of the data from each row of `x`. */
function posterior(mixture: GaussianMixture) {
  const { weights, means, covariances } = mixture;
  if (means.length !== weights.length || covariances.length !== weights.length)
    throw invalid(
      'mixture-ragged',
      `a mixture needs one mean and one covariance per weight, got ${weights.length} weights, ${means.length} means, ${covariances.length} covariances`,
    );
  return (
    x: Float64Array,
    level: Pick<NoiseLevel, 'alpha' | 'sigma'>,
    direction: Float64Array,
    tell: (mean: ReturnType<typeof posteriorMean>, row: number) => void,
  ) => {
    // E[x0 | x] is the same in every scale of x; in this one no determinant overflows.
    const size = Math.hypot(level.alpha, level.sigma);
    const [alpha, sigma] = [level.alpha / size, level.sigma / size];
    for (let row = 0; row < x.length / 2; row++) {
      const pair = (of: Float64Array) => [(of[2 * row] ?? 0) / size, (of[2 * row + 1] ?? 0) / size] as const;
      tell(posteriorMean(mixture, pair(x), pair(direction), alpha, sigma), row);
    }
  };
}

/** The posterior mean at `x` and its derivative along `p`; the components' shares in it, and the derivatives of their logarithms. */
function posteriorMean(
  { weights, means, covariances }: GaussianMixture,
  x: readonly [number, number],
  p: readonly [number, number],
  alpha: number,
  sigma: number,
): Record<'value' | 'slope' | 'shares' | 'logShareSlopes', readonly number[]> {
  const components = weights.map((weight, k) => {
    const [mx, my] = means[k] ?? [0, 0];
    const [xx, xy, yy] = covariances[k] ?? [1, 0, 1];
    const [vxx, vxy, vyy] = [alpha ** 2 * xx + sigma ** 2, alpha ** 2 * xy, alpha ** 2 * yy + sigma ** 2];
    const determinant = vxx * vyy - vxy * vxy;
    const whitened = ([a, b]: readonly [number, number]) =>
      [(vyy * a - vxy * b) / determinant, (vxx * b - vxy * a) / determinant] as const;
    const gained = ([a, b]: readonly [number, number]) => [alpha * (xx * a + xy * b), alpha * (xy * a + yy * b)] as const;
    const [dx, dy] = [x[0] - alpha * mx, x[1] - alpha * my];
    const [sx, sy] = whitened([dx, dy]);
    const [gx, gy] = gained([sx, sy]);
    return {
      logWeight: Math.log(weight) - (dx * sx + dy * sy) / 2 - Math.log(determinant) / 2,
      mean: [mx + gx, my + gy] as const,
      logWeightSlope: -(p[0] * sx + p[1] * sy),
      meanSlope: gained(whitened(p)),
    };
  });
  const most = Math.max(...components.map(({ logWeight }) => logWeight));
  const unnormalised = components.map(({ logWeight }) => Math.exp(logWeight - most));
  const total = unnormalised.reduce((sum, share) => sum + share, 0);
  const shares = unnormalised.map((share) => share / total);
  const average = (of: (component: (typeof components)[number]) => number) =>
    components.reduce((sum, component, k) => sum + (shares[k] ?? 0) * of(component), 0);
  const turn = average(({ logWeightSlope }) => logWeightSlope);
  return {
    shares,
    logShareSlopes: components.map(({ logWeightSlope }) => logWeightSlope - turn),
    value: [0, 1].map((i) => average(({ mean }) => mean[i] ?? 0)),
    slope: [0, 1].map((i) =>
      average(({ mean, meanSlope, logWeightSlope }) => (meanSlope[i] ?? 0) + (mean[i] ?? 0) * (logWeightSlope - turn)),
    ),
  };
}
