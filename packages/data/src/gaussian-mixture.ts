/**
 * A Gaussian mixture `p0 = Σ wₖ N(μₖ, Cₖ)`: the data distribution whose every diffusion is known. At `x_t = α·x0 + σ·ε`,
 *
 *     Vₖ = α²Cₖ + σ²I      rₖ = softmaxₖ(ln wₖ + ln N(x; αμₖ, Vₖ))
 *     score = −Σ rₖ Vₖ⁻¹(x − αμₖ)      E[x0 | x_t] = Σ rₖ [μₖ + αCₖVₖ⁻¹(x − αμₖ)]
 *
 * which agree by Tweedie's formula, `α·E[x0 | x_t] = x_t + σ²·score`.
 */
import { invalid, type Key, type NoiseLevel, normals, split, uniform } from '@tweedie/core';
import { cholesky, entry, inverseOf, type Matrix, multiply } from './internal/cholesky.js';
import type { PointSource } from './points.js';

/** The scales of a noise level; the data itself is `{ alpha: 1, sigma: 0 }`. */
export type Scales = Pick<NoiseLevel, 'alpha' | 'sigma'>;

/** A component as a diffusion sees it at one level. */
export interface NoisyComponent {
  readonly logWeight: number;
  /** `αμ`. */
  readonly center: readonly number[];
  readonly mean: readonly number[];
  /** `V⁻¹`. */
  readonly precision: Matrix;
  /** `ln det V`. */
  readonly logDeterminant: number;
  /** `αCV⁻¹`. */
  readonly gain: Matrix;
}

/** A mixture with everything known about it, on float64 numbers. */
export interface GaussianMixture extends PointSource {
  /** `ln p_t(x)` in nats; default the data density. */
  logDensity(x: readonly number[], level?: Scales): number;
  /** `∇ ln p_t(x)`. */
  score(x: readonly number[], level?: Scales): readonly number[];
  /** `E[x0 | x_t = x]`. */
  posteriorMean(x: readonly number[], level: Scales): readonly number[];
  /** The probability of each component given x. */
  responsibilities(x: readonly number[], level?: Scales): readonly number[];
  /** The components at a level. */
  at(level: Scales): readonly NoisyComponent[];
}

/** What a mixture is made of. */
export interface GaussianMixtureOptions {
  readonly means: readonly (readonly number[])[];
  /** One per mean: a variance, the same in all directions, or a matrix by rows. 0 is a point. */
  readonly covariances: readonly (number | Matrix)[];
  /** One per mean, positive; they are divided by their sum. Default: equal. */
  readonly weights?: readonly number[];
}

const DATA: Scales = { alpha: 1, sigma: 0 };

/**
 * A Gaussian mixture.
 * @throws RangeError (`mixture-mismatch`) unless there are as many weights and covariances as means, all of one dimension,
 * (`weight-not-positive`), (`covariance-invalid`); (`density-degenerate`) where a component has no density
 */
export function gaussianMixture(options: GaussianMixtureOptions): GaussianMixture {
  const { means, covariances } = options;
  const dimensions = means[0]?.length ?? 0;
  const weights = options.weights ?? means.map(() => 1);
  const matrices = covariances.map((c) => (typeof c === 'number' ? diagonal(dimensions, c) : c));
  if (
    dimensions === 0 ||
    [weights, matrices].some((list) => list.length !== means.length) ||
    [...means, ...matrices, ...matrices.flat()].some((row) => row.length !== dimensions)
  )
    throw invalid(
      'mixture-mismatch',
      `a mixture needs a weight and a covariance for each mean, all of one dimension, got ${means.length} means, ${weights.length} weights, ${matrices.length} covariances`,
    );
  const bad = weights.find((weight) => !(weight > 0 && weight < Number.POSITIVE_INFINITY));
  if (bad !== undefined) throw invalid('weight-not-positive', `\`weights\` must be positive, got ${bad}`);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const components = means.map((mean, k) => {
    const covariance = matrices[k] ?? [];
    const upTo = weights.slice(0, k + 1).reduce((sum, weight) => sum + weight, 0) / total;
    return { mean, covariance, root: cholesky(covariance), weight: (weights[k] ?? 0) / total, upTo };
  });

  const at = ({ alpha, sigma }: Scales): readonly NoisyComponent[] =>
    components.map(({ mean, covariance, weight }) => {
      const noisy = covariance.map((row, i) => row.map((c, j) => alpha ** 2 * c + (i === j ? sigma ** 2 : 0)));
      const root = cholesky(noisy);
      const logDeterminant = 2 * root.reduce((sum, row, i) => sum + Math.log(row[i] ?? 0), 0);
      if (logDeterminant === Number.NEGATIVE_INFINITY)
        throw invalid('density-degenerate', `a component has no density at sigma = ${sigma}: its covariance is singular`);
      const precision = inverseOf(root);
      const gain = covariance.map((row) =>
        precision.map((_, j) => alpha * row.reduce((sum, c, k) => sum + c * entry(precision, k, j), 0)),
      );
      return { logWeight: Math.log(weight), center: mean.map((m) => alpha * m), mean, precision, logDeterminant, gain };
    });

  const terms = (x: readonly number[], level: Scales) => {
    const parts = at(level).map((component) => {
      const offset = x.map((value, i) => value - (component.center[i] ?? 0));
      const whitened = multiply(component.precision, offset);
      const distance = offset.reduce((sum, value, i) => sum + value * (whitened[i] ?? 0), 0);
      return { component, offset, whitened, logit: component.logWeight - (distance + component.logDeterminant) / 2 };
    });
    const top = Math.max(...parts.map(({ logit }) => logit));
    const mass = parts.reduce((sum, { logit }) => sum + Math.exp(logit - top), 0);
    const logMass = top + Math.log(mass);
    return { logMass, parts: parts.map((part) => ({ ...part, share: Math.exp(part.logit - logMass) })) };
  };

  return {
    dimensions,
    at,
    logDensity: (x, level = DATA) => terms(x, level).logMass - (dimensions / 2) * Math.log(2 * Math.PI),
    responsibilities: (x, level = DATA) => terms(x, level).parts.map(({ share }) => share),
    score: (x, level = DATA) =>
      average(terms(x, level).parts.map(({ share, whitened }) => [share, whitened.map((value) => -value)])),
    posteriorMean: (x, level) =>
      average(
        terms(x, level).parts.map(({ share, component: { mean, gain }, offset }) => {
          const shift = multiply(gain, offset);
          return [share, mean.map((m, i) => m + (shift[i] ?? 0))];
        }),
      ),
    points: (key, count, first = 0) => {
      const [choiceKey, normalKey] = split(key) as [Key, Key];
      const choices = uniform(choiceKey, count, first);
      const noise = normals(normalKey, count * dimensions, first * dimensions);
      const points = new Float64Array(count * dimensions);
      choices.forEach((choice, i) => {
        const chosen = components.find(({ upTo }) => choice < upTo) ?? components.at(-1);
        const z = [...noise.subarray(i * dimensions, (i + 1) * dimensions)];
        const spread = multiply(chosen?.root ?? [], z);
        spread.forEach((value, j) => {
          points[i * dimensions + j] = (chosen?.mean[j] ?? 0) + value;
        });
      });
      return points;
    },
  };
}

/** Eight Gaussians on a circle: `radius` 1 and standard deviation 0.05 unless given. */
export function eightGaussians(options: { readonly radius?: number; readonly deviation?: number } = {}): GaussianMixture {
  const { radius = 1, deviation = 0.05 } = options;
  const angles = Array.from({ length: 8 }, (_, i) => (i * Math.PI) / 4);
  return gaussianMixture({
    means: angles.map((angle) => [radius * Math.cos(angle), radius * Math.sin(angle)]),
    covariances: angles.map(() => deviation ** 2),
  });
}

function diagonal(dimensions: number, variance: number): Matrix {
  return Array.from({ length: dimensions }, (_, i) => Array.from({ length: dimensions }, (_, j) => (i === j ? variance : 0)));
}

function average(weighted: readonly (readonly [weight: number, vector: readonly number[]])[]): readonly number[] {
  const [head] = weighted;
  return (head?.[1] ?? []).map((_, i) => weighted.reduce((sum, [weight, vector]) => sum + weight * (vector[i] ?? 0), 0));
}
