/**
 * Are these samples of that mixture? Their mean, their covariance and the weights of the components, each against what the mixture
 * has, in standard errors. Under `x = α·x0 + σ·ε` the means are `α·μ_k` and the covariances `α²·C_k + σ²·I`; the weight of a component
 * is the mean of its probability given `x`.
 */
import type { NoiseLevel } from '@tweedie/core';
import { type GaussianMixture, mixtureShares } from './gaussian-mixture.js';

/**
 * How far each statistic of the samples is from its exact value, in standard errors: normal with variance 1 if they are right.
 * @param mixture what the samples should be of
 * @param x rows of two numbers, independent of each other
 * @param level the noise on them, default none
 */
export function momentScores(
  mixture: GaussianMixture,
  x: Float64Array,
  level: Pick<NoiseLevel, 'alpha' | 'sigma'> = { alpha: 1, sigma: 0 },
): Readonly<Record<string, number>> {
  const { weights, means, covariances } = mixture;
  const { alpha, sigma } = level;
  const count = x.length / 2;
  const over = (of: (k: number) => number) => weights.reduce((sum, weight, k) => sum + weight * of(k), 0);
  const mean = [0, 1].map((axis) => alpha * over((k) => means[k]?.[axis] ?? Number.NaN));
  const offset = (k: number, axis: number) => alpha * (means[k]?.[axis] ?? Number.NaN) - (mean[axis] ?? 0);
  const covariance = (a: number, b: number) =>
    over((k) => offset(k, a) * offset(k, b) + alpha ** 2 * (covariances[k]?.[a + b] ?? Number.NaN)) + (a === b ? sigma ** 2 : 0);
  const centred = (row: number, axis: number) => (x[2 * row + axis] ?? Number.NaN) - (mean[axis] ?? 0);
  const shares = mixtureShares(mixture)(x, level);

  const score = (of: (row: number) => number, truth: number) => {
    const values = Array.from({ length: count }, (_, row) => of(row) - truth);
    const average = values.reduce((sum, value) => sum + value, 0) / count;
    return average / (Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0)) / count);
  };
  const pairs = [
    ['xx', 0, 0],
    ['xy', 0, 1],
    ['yy', 1, 1],
  ] as const;
  return {
    'mean x': score((row) => centred(row, 0), 0),
    'mean y': score((row) => centred(row, 1), 0),
    ...Object.fromEntries(
      pairs.map(([name, a, b]) => [`covariance ${name}`, score((row) => centred(row, a) * centred(row, b), covariance(a, b))]),
    ),
    ...Object.fromEntries(
      weights.map((weight, k) => [`weight ${k}`, score((row) => shares[weights.length * row + k] ?? Number.NaN, weight)]),
    ),
  };
}
