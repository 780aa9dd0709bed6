import { expect, test } from 'vitest';
import { forms, linearLogSnr } from './forms.js';
import {
  type GaussianMixture,
  mixtureDenoiser,
  mixtureDerivative,
  mixtureShareGradient,
  mixtureShares,
  threeGaussians,
} from './gaussian-mixture.js';

/** The density of a mixture at a point. */
function density({ weights, means, covariances }: GaussianMixture, x: number, y: number): number {
  return weights.reduce((sum, weight, k) => {
    const [[mx, my] = [0, 0], [xx, xy, yy] = [1, 0, 1]] = [means[k], covariances[k]];
    const determinant = xx * yy - xy ** 2;
    const square = (yy * (x - mx) ** 2 - 2 * xy * (x - mx) * (y - my) + xx * (y - my) ** 2) / determinant;
    return sum + (weight * Math.exp(-square / 2)) / (2 * Math.PI * Math.sqrt(determinant));
  }, 0);
}

/** Bayes by brute force: the mean of x0 under p(x0)·N(x; alpha·x0, sigma²), on a lattice. */
function posteriorMean(x: readonly [number, number], alpha: number, sigma: number): readonly [number, number] {
  let [total, sumX, sumY] = [0, 0, 0];
  for (let a = -6; a <= 6; a += 0.05)
    for (let b = -6; b <= 6; b += 0.05) {
      const square = ((x[0] - alpha * a) ** 2 + (x[1] - alpha * b) ** 2) / sigma ** 2;
      const weight = density(threeGaussians, a, b) * Math.exp(-square / 2);
      total += weight;
      sumX += weight * a;
      sumY += weight * b;
    }
  return [sumX / total, sumY / total];
}

const processes = forms(linearLogSnr({ min: -9, max: 9 }));

test.each(Object.entries(processes))('the denoiser is the posterior mean, %s', (_, process) => {
  const denoiser = mixtureDenoiser(threeGaussians);
  for (const logSnr of [-4, 0, 2]) {
    const level = process.level(logSnr);
    const points = [0.7, -0.4, -1.1, 1.3].map((x) => x * level.sigma);
    const denoised = denoiser(Float64Array.from(points), level, undefined);
    for (const row of [0, 2]) {
      const [x, y] = posteriorMean([points[row] ?? 0, points[row + 1] ?? 0], level.alpha, level.sigma);
      expect(denoised[row]).toBeCloseTo(x, 8);
      expect(denoised[row + 1]).toBeCloseTo(y, 8);
    }
  }
});

test('clean data are their own estimate', () => {
  const x = Float64Array.of(0.3, -2);
  const denoised = mixtureDenoiser(threeGaussians)(x, processes.flow.level(Infinity), undefined);
  denoised.forEach((value, i) => void expect(value).toBeCloseTo(x[i] ?? Number.NaN, 12));
});

test.each(Object.entries(processes))('the derivative is that of finite differences, %s', (_, process) => {
  const [denoiser, derivative] = [mixtureDenoiser(threeGaussians), mixtureDerivative(threeGaussians)];
  const direction = Float64Array.of(0.6, -0.3, 1, 2);
  for (const logSnr of [-4, 0, 2, 5]) {
    const level = process.level(logSnr);
    const points = Float64Array.of(0.7, -0.4, -1.1, 1.3).map((x) => x * level.alpha);
    const at = (step: number) =>
      denoiser(
        points.map((x, i) => x + step * (direction[i] ?? 0)),
        level,
        undefined,
      );
    const h = 1e-4 * level.alpha;
    const [far, near, before, long] = [at(2 * h), at(h), at(-h), at(-2 * h)];
    derivative(points, level, direction).forEach((slope, i) => {
      const [a = 0, b = 0, c = 0, d = 0] = [far[i], near[i], before[i], long[i]];
      expect(slope * level.alpha).toBeCloseTo(((8 * (b - c) - (a - d)) / (12 * h)) * level.alpha, 9);
    });
  }
});

test('a ragged mixture is refused', () => {
  expect(() => mixtureDenoiser({ ...threeGaussians, weights: [1] })).toThrow(expect.objectContaining({ code: 'mixture-ragged' }));
});

test.each(Object.entries(processes))('the gradient of the shares is that of finite differences, %s', (_, process) => {
  const shares = mixtureShares(threeGaussians);
  for (const logSnr of [-4, 0, 2, 5]) {
    const level = process.level(logSnr);
    const points = Float64Array.of(0.7, -0.4, -1.1, 1.3).map((x) => x * level.alpha);
    const step = 1e-5 * Math.hypot(level.alpha, level.sigma);
    for (const component of [0, 1, 2]) {
      const exact = mixtureShareGradient(threeGaussians, component)(points, level);
      points.forEach((_, i) => {
        const moved = (by: number) => {
          const all = shares(
            points.map((x, j) => (j === i ? x + by : x)),
            level,
          );
          return Math.log(all[3 * Math.floor(i / 2) + component] ?? Number.NaN);
        };
        const expected = (moved(step) - moved(-step)) / (2 * step);
        expect(Math.abs((exact[i] ?? Number.NaN) - expected)).toBeLessThan(1e-7 * (1 + Math.abs(expected)));
      });
    }
  }
});
