import '@tensorflow/tfjs-backend-cpu';
import { matMul, tensor, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { key, type Moment, normals, sample } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { ddpm } from '@tweedie/samplers';
import { describeGuidance, forms, linearLogSnr, mixtureDenoiser as plainDenoiser, threeGaussians } from '@tweedie/testing';
import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { error, gaussian } from '../../test/gaussian.js';
import type { LinearOperator } from './linear-operator.js';
import { posteriorSampling } from './posterior-sampling.js';

const processes = forms(linearLogSnr({ min: -8, max: 8 }));
const mixture = gaussianMixture({
  ...threeGaussians,
  covariances: threeGaussians.covariances.map(([xx, xy, yy]) => [
    [xx, xy],
    [xy, yy],
  ]),
});
const rows = [
  [1, 0.5],
  [-0.3, 0.8],
];
const operator: LinearOperator = {
  apply: (x) => matMul(x, tensor2d(rows), false, true),
  adjoint: (given) => matMul(given, tensor2d(rows)),
};
const y = [0.7, -0.4] as const;
const measured = () => ({ operator, measurement: tensor([[...y]]) });

for (const noise of [undefined, 0.5])
  describeGuidance<undefined>(`posteriorSampling, ${noise === undefined ? 'normalised steps' : 'likelihood'}`, {
    off: () => posteriorSampling({ ...measured(), scale: 0, ...(noise && { noise }) }),
    on: () => posteriorSampling({ ...measured(), ...(noise && { noise }) }),
    denoiser: mixtureDenoiser(mixture),
    condition: () => undefined,
    plain: () => undefined,
  });

/** The gradient of a function of a point by central differences, in float64. */
function slope(f: (x: Float64Array) => number, x: readonly number[]): number[] {
  const at = (i: number, step: number) => f(Float64Array.from(x, (value, j) => (i === j ? value + step : value)));
  return x.map((_, i) => (at(i, 1e-5) - at(i, -1e-5)) / 2e-5);
}

/** `‖y − A·x0(x)‖²` under the mixture. */
const misfit = (level: Parameters<typeof plain>[1]) => (x: Float64Array) => {
  const [a = 0, b = 0] = plain(x, level, undefined);
  return rows.reduce((sum, [c = 0, d = 0], i) => sum + ((y[i] ?? 0) - c * a - d * b) ** 2, 0);
};
const plain = plainDenoiser(threeGaussians);
const point = [0.4, -0.9];

describe.each(Object.entries(processes))('%s', (_, process) => {
  test.each([-4, -1, 1, 4])('the likelihood is that of the estimate, and its gradient by x: log-SNR %d', (logSnr) => {
    const level = process.level(logSnr);
    const noise = 0.7;
    const guided = posteriorSampling({ ...measured(), noise, scale: 1.5 })(mixtureDenoiser(mixture));
    const gradient = slope((x) => -misfit(level)(x) / (2 * noise ** 2), point);
    const [a = 0, b = 0] = plain(Float64Array.from(point), level, undefined);
    const expected = [a, b].map((x0, i) => x0 + ((1.5 * level.sigma ** 2) / level.alpha) * (gradient[i] ?? 0));
    expect(error(guided(tensor([point]), level, undefined), expected)).toBeLessThan(1e-4);
  });

  test.each([-2, 1, Infinity])('under ddpm() a step is that of algorithm 1, to log-SNR %d', async (logSnr) => {
    const [from, to] = [process.level(-3), process.level(logSnr)];
    const denoiser = mixtureDenoiser(mixture);
    const run = { process, sampler: ddpm(), grid: () => [from, to], steps: 1, key: key(0), start: tensor([point]) };
    const still = () => zeros([1, 2]);
    const plainly = await sample({ ...run, denoiser, noise: still });
    const guided = await sample({ ...run, denoiser: posteriorSampling({ ...measured(), scale: 0.3 })(denoiser), noise: still });
    const size = Math.sqrt(misfit(from)(Float64Array.from(point)));
    const gradient = slope(misfit(from), point);
    expect(
      error(
        guided,
        [...plainly.dataSync()].map((x, i) => x - (0.3 / size) * (gradient[i] ?? 0)),
      ),
    ).toBeLessThan(1e-4);
  });

  test('for normal data the likelihood becomes exact as its noise grows, by its square', () => {
    const data = gaussian(
      [0.3, -0.2],
      new Matrix([
        [0.8, 0.5],
        [0.5, 0.9],
      ]),
      [2],
    );
    const level = process.level(0);
    const errors = [3, 9, 27].map((noise) => {
      const guided = posteriorSampling({ ...measured(), noise })(data.denoiser)(tensor([point]), level, undefined).dataSync();
      const exact = data.posterior(new Matrix(rows), y, noise, { x: point, level }).mean;
      const before = data.estimate(point, level);
      const length = (of: (i: number) => number) => Math.hypot(of(0), of(1));
      return length((i) => (guided[i] ?? Number.NaN) - (exact[i] ?? 0)) / length((i) => (before[i] ?? 0) - (exact[i] ?? 0));
    });
    const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = errors;
    expect(first).toBeLessThan(0.1);
    expect(Math.abs(first / second / 9 - 1)).toBeLessThan(0.1);
    expect(Math.abs(second / third / 9 - 1)).toBeLessThan(0.2);
  });
});

test('normalised steps need a run, and pull nothing where noise does not fall', () => {
  const level = processes.flow.level(0);
  const x = tensor([...normals(key(1), 4)], [2, 2]);
  const denoiser = mixtureDenoiser(mixture);
  const guided = posteriorSampling(measured())(denoiser);
  expect(() => guided(x, level, undefined)).toThrow(expect.objectContaining({ code: 'moment-missing' }));
  const moment: Moment = { from: level, to: level, index: 0, count: 1, note: () => undefined, recall: () => undefined };
  expect([...guided(x, level, undefined, moment).dataSync()]).toEqual([...denoiser(x, level, undefined).dataSync()]);
});

test.each([
  ['noise-not-positive', { noise: 0 }],
  ['scale-not-finite', { scale: Number.POSITIVE_INFINITY }],
  ['iterations-not-positive', { iterations: 1.5 }],
])('refuses by name: %s', (code, options) => {
  expect(() => posteriorSampling({ ...measured(), ...options })).toThrow(expect.objectContaining({ code }));
});
