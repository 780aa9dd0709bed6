import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { eightGaussians, gaussianMixture } from './gaussian-mixture.js';
import { mixtureDenoiser } from './mixture-denoiser.js';
import { pointTensor } from './points.js';

beforeAll(() => setBackend('cpu'));

const mixture = gaussianMixture({
  means: [
    [-1, 0.5],
    [1.2, -0.3],
    [0.2, 1.4],
  ],
  covariances: [
    [
      [0.2, 0.1],
      [0.1, 0.3],
    ],
    0.1,
    [
      [0.05, -0.02],
      [-0.02, 0.4],
    ],
  ],
  weights: [2, 1, 3],
});
const at = (x: readonly [number, number], level: { alpha: number; sigma: number }) => ({ x: [...x], level });
const places = fc
  .record({
    x: fc.double({ min: -3, max: 3, noNaN: true }),
    y: fc.double({ min: -3, max: 3, noNaN: true }),
    t: fc.double({ min: 0.02, max: 1, noNaN: true }),
    variance: fc.boolean(),
  })
  .map(({ x, y, t, variance }) =>
    at([x, y], variance ? { alpha: Math.cos(1.5 * t), sigma: Math.sin(1.5 * t) } : { alpha: 1, sigma: 5 * t }),
  );

const STEP = 0.02;
const AXIS = Array.from({ length: 500 }, (_, i) => -5 + STEP * (i + 0.5));

/** Integrals over the plane of f times the data density: midpoint rule, exact to far below 1e-6 for Gaussians this wide. */
const DENSITY = AXIS.flatMap((x) => AXIS.map((y) => [x, y, Math.exp(mixture.logDensity([x, y])) * STEP ** 2] as const));

describe('gaussianMixture', () => {
  test('the density integrates to 1', () => {
    expect(DENSITY.reduce((sum, [, , mass]) => sum + mass, 0)).toBeCloseTo(1, 8);
  });

  test('the score is the gradient of the log density, at every level', () => {
    const h = 1e-5;
    fc.assert(
      fc.property(places, ({ x: [x = 0, y = 0], level }) => {
        const slope = (dx: number, dy: number) =>
          (mixture.logDensity([x + dx, y + dy], level) - mixture.logDensity([x - dx, y - dy], level)) / (2 * h);
        const [u = 0, v = 0] = mixture.score([x, y], level);
        expect(Math.abs(slope(h, 0) - u)).toBeLessThan((1e-6 * (1 + Math.abs(u))) / level.sigma);
        expect(Math.abs(slope(0, h) - v)).toBeLessThan((1e-6 * (1 + Math.abs(v))) / level.sigma);
      }),
    );
  });

  test("score and posterior mean agree by Tweedie's formula", () => {
    fc.assert(
      fc.property(places, ({ x, level: { alpha, sigma } }) => {
        const score = mixture.score(x, { alpha, sigma });
        mixture.posteriorMean(x, { alpha, sigma }).forEach((mean, i) => {
          expect(alpha * mean).toBeCloseTo((x[i] ?? 0) + sigma ** 2 * (score[i] ?? 0), 9);
        });
      }),
    );
  });

  test.each([
    [[0.3, 0.4], { alpha: 0.8, sigma: 0.6 }],
    [[-1.5, 1], { alpha: 1, sigma: 0.5 }],
    [[0.5, -2], { alpha: 0.3, sigma: 0.9 }],
  ] as const)('noisy density and posterior mean at %j are the integrals over the data', (x, { alpha, sigma }) => {
    let mass = 0;
    const mean = [0, 0];
    for (const [a, b, density] of DENSITY) {
      const weight =
        (density * Math.exp(-((x[0] - alpha * a) ** 2 + (x[1] - alpha * b) ** 2) / (2 * sigma ** 2))) /
        (2 * Math.PI * sigma ** 2);
      mass += weight;
      mean[0] = (mean[0] ?? 0) + weight * a;
      mean[1] = (mean[1] ?? 0) + weight * b;
    }
    expect(mixture.logDensity(x, { alpha, sigma })).toBeCloseTo(Math.log(mass), 8);
    mixture.posteriorMean(x, { alpha, sigma }).forEach((value, i) => {
      expect(value).toBeCloseTo((mean[i] ?? 0) / mass, 8);
    });
  });

  test('a point mass is found exactly at any noise', () => {
    const point = gaussianMixture({ means: [[2, -1, 3]], covariances: [0] });
    expect(point.posteriorMean([50, 0, 0], { alpha: 0.1, sigma: 1 })).toEqual([2, -1, 3]);
    expect(() => point.logDensity([2, -1, 3])).toThrow(expect.objectContaining({ code: 'density-degenerate' }));
  });

  test('samples have the mean, covariance and shares of the mixture', () => {
    const count = 40_000;
    const points = mixture.points(key(1), count);
    const weights = [2 / 6, 1 / 6, 3 / 6];
    const shares = [0, 0, 0];
    const sums = { x: 0, y: 0, xx: 0, xy: 0, yy: 0 };
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [points[i] ?? 0, points[i + 1] ?? 0];
      mixture.responsibilities([x, y]).forEach((share, k) => {
        shares[k] = (shares[k] ?? 0) + share / count;
      });
      sums.x += x / count;
      sums.y += y / count;
      sums.xx += x ** 2 / count;
      sums.xy += (x * y) / count;
      sums.yy += y ** 2 / count;
    }
    const expected = DENSITY.reduce(
      (e, [x, y, m]) => ({ x: e.x + m * x, y: e.y + m * y, xx: e.xx + m * x * x, xy: e.xy + m * x * y, yy: e.yy + m * y * y }),
      { x: 0, y: 0, xx: 0, xy: 0, yy: 0 },
    );
    const deviations = 5 / Math.sqrt(count);
    shares.forEach((share, k) => {
      expect(Math.abs(share - (weights[k] ?? 0))).toBeLessThan(deviations * 0.5);
    });
    for (const name of ['x', 'y', 'xx', 'xy', 'yy'] as const)
      expect(Math.abs(sums[name] - expected[name]), name).toBeLessThan(deviations * 2);
  });

  test('sample i does not depend on how many are drawn', () => {
    const all = mixture.points(key(5), 10);
    expect(mixture.points(key(5), 4, 3)).toEqual(all.slice(6, 14));
  });

  test('refuses what is no mixture', () => {
    const code = (code: string) => expect.objectContaining({ code });
    expect(() => gaussianMixture({ means: [], covariances: [] })).toThrow(code('mixture-mismatch'));
    expect(() => gaussianMixture({ means: [[0], [1]], covariances: [1] })).toThrow(code('mixture-mismatch'));
    expect(() => gaussianMixture({ means: [[0, 0]], covariances: [[[1, 0]]] })).toThrow(code('mixture-mismatch'));
    expect(() => gaussianMixture({ means: [[0]], covariances: [1], weights: [0] })).toThrow(code('weight-not-positive'));
    expect(() => gaussianMixture({ means: [[0]], covariances: [-1] })).toThrow(code('covariance-invalid'));
    expect(() =>
      gaussianMixture({
        means: [[0, 0]],
        covariances: [
          [
            [1, 2],
            [2, 1],
          ],
        ],
      }),
    ).toThrow(code('covariance-invalid'));
    expect(() =>
      gaussianMixture({
        means: [[0, 0]],
        covariances: [
          [
            [1, 0.5],
            [0, 1],
          ],
        ],
      }),
    ).toThrow(code('covariance-invalid'));
  });
});

describe('mixtureDenoiser', () => {
  test('is the posterior mean, to float32, and leaves one tensor', () => {
    const points: [number, number][] = [
      [0, 0],
      [1, -1],
      [-2, 0.5],
      [0.25, 2],
    ];
    const x: Tensor2D = tensor2d(points);
    for (const level of [
      { alpha: 0.8, sigma: 0.6 },
      { alpha: 1, sigma: 0.1 },
      { alpha: 0.05, sigma: 0.998 },
    ]) {
      const before = memory().numTensors;
      const denoised = mixtureDenoiser(mixture)(
        x,
        { ...level, t: 0.5, logSnr: 2 * Math.log(level.alpha / level.sigma) },
        undefined,
      );
      expect(memory().numTensors - before).toBe(1);
      const expected = points.flatMap((point) => mixture.posteriorMean(point, level));
      denoised.dataSync().forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] ?? 0, 4);
      });
      denoised.dispose();
    }
  });
});

test('eight Gaussians sit on a circle', () => {
  const points = pointTensor(eightGaussians({ radius: 2, deviation: 0.1 }), key(0), 800);
  const values = points.dataSync();
  const octants = new Set<number>();
  for (let i = 0; i < values.length; i += 2) {
    const [x, y] = [values[i] ?? 0, values[i + 1] ?? 0];
    expect(Math.abs(Math.hypot(x, y) - 2)).toBeLessThan(0.5);
    octants.add(Math.round((4 * Math.atan2(y, x)) / Math.PI + 8) % 8);
  }
  expect(octants.size).toBe(8);
});
