import {
  casesOf,
  type GoldenCase,
  type GoldenHeader,
  list,
  number,
  numbers,
  record,
  shape,
  slices,
  text,
} from '@tweedie/goldens';
import kDiffusion from '@tweedie/goldens/likelihood/k-diffusion.json' with { type: 'json' };
import scoreSde from '@tweedie/goldens/likelihood/score-sde-ode.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { gaussianMixture } from './gaussian-mixture.js';

const rows = (value: Parameters<typeof slices>[0]) => slices(value).map((row) => [...row]);
const read = (golden: GoldenCase, header: GoldenHeader) => {
  const data = record(record(header.mixtures)[text(golden.mixture)]);
  return gaussianMixture({
    weights: [...numbers(data.weights)],
    means: list(data.means).map((mean) => [...numbers(mean)]),
    covariances: list(data.covs).map((matrix) => list(matrix).map((row) => [...numbers(row)])),
  });
};

// The exact densities that stand beside the likelihoods, computed in Python.
test('the density of data and of noisy data is that of the reference data', () => {
  let compared = 0;
  for (const file of [kDiffusion, scoreSde]) {
    for (const golden of casesOf(file)) {
      const points = golden.x ?? golden.data;
      const clean = golden.exact_log_density_of_data;
      const noisy = golden.exact_log_density_at_sigma_min ?? golden.exact_log_density_at_eps;
      if (points === undefined || clean === undefined) continue;
      const mixture = read(golden, file.header);
      expect(shape(points)[1]).toBe(mixture.dimensions);
      const alpha = golden.alpha_eps === undefined ? 1 : number(golden.alpha_eps);
      const sigma = number(golden.sigma_eps ?? golden.sigma_min);
      rows(points).forEach((x, i) => {
        expect(mixture.logDensity(x)).toBeCloseTo(numbers(clean)[i] ?? Number.NaN, 10);
        expect(mixture.logDensity(x, { alpha, sigma })).toBeCloseTo(numbers(noisy)[i] ?? Number.NaN, 9);
        compared++;
      });
    }
  }
  expect(compared).toBeGreaterThan(0);
});
