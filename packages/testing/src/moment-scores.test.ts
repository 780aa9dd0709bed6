import { key, normals, uniform } from '@tweedie/core';
import { expect, test } from 'vitest';
import { threeGaussians } from './gaussian-mixture.js';
import { momentScores } from './moment-scores.js';

const { weights, means, covariances } = threeGaussians;

/** Rows of the mixture by its definition: a component by its weight, then the Cholesky factor of its covariance. */
function drawn(count: number, seed: number, { alpha = 1, sigma = 0 } = {}): Float64Array {
  const [chosen, z] = [uniform(key(seed), count), normals(key(seed + 1), 4 * count)];
  return Float64Array.from({ length: 2 * count }, (_, i) => {
    const row = Math.floor(i / 2);
    const u = chosen[row] ?? 0;
    const k = u < (weights[0] ?? 0) ? 0 : u < (weights[0] ?? 0) + (weights[1] ?? 0) ? 1 : 2;
    const [xx = 1, xy = 0, yy = 1] = covariances[k] ?? [];
    const [a = 0, b = 0, ...noise] = z.slice(4 * row, 4 * row + 4);
    const [x, y] = [Math.sqrt(xx) * a, (xy / Math.sqrt(xx)) * a + Math.sqrt(yy - xy ** 2 / xx) * b];
    return alpha * ((means[k]?.[i % 2] ?? 0) + (i % 2 === 0 ? x : y)) + sigma * (noise[i % 2] ?? 0);
  });
}
const values = (scores: Readonly<Record<string, number>>) => Object.values(scores);

test.each([undefined, { alpha: 0.6, sigma: 0.8 }])('are standard normals for samples of the mixture, level %o', (level) => {
  const all = Array.from({ length: 60 }, (_, i) => values(momentScores(threeGaussians, drawn(500, 2 * i, level), level)));
  expect(Math.max(...all.flat().map(Math.abs))).toBeLessThan(5);
  for (const k of all[0]?.keys() ?? []) {
    const column = all.map((scores) => scores[k] ?? Number.NaN);
    const mean = column.reduce((sum, score) => sum + score, 0) / column.length;
    const variance = column.reduce((sum, score) => sum + score ** 2, 0) / column.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(60));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 60));
  }
});

test('are large for what differs: a shift, a scale, other weights', () => {
  const right = drawn(2000, 1);
  const scores = (x: Float64Array, mixture = threeGaussians) => momentScores(mixture, x);
  expect(Math.abs(scores(right.map((x, i) => x + (i % 2 === 0 ? 0.2 : 0)))['mean x'] ?? 0)).toBeGreaterThan(5);
  expect(Math.abs(scores(right.map((x) => 1.15 * x))['covariance xx'] ?? 0)).toBeGreaterThan(5);
  const other = { ...threeGaussians, weights: [0.4, 0.4, 0.2] };
  expect(scores(right, other)['weight 0']).toBeGreaterThan(5);
  expect(scores(right, other)['weight 1']).toBeLessThan(-5);
});
