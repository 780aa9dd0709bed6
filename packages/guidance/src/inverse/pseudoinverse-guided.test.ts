import '@tensorflow/tfjs-backend-cpu';
import { memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, key, type NoiseLevel, normal, normals, type Sampler, sample } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { ddim, ddpm, heun } from '@tweedie/samplers';
import { uniformLogSnr } from '@tweedie/schedules';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { error, gaussian } from '../../test/gaussian.js';
import { averaged } from './averaged.js';
import { blurred } from './blurred.js';
import { composed } from './composed.js';
import { gaussianKernel } from './gaussian-kernel.js';
import type { LinearOperator } from './linear-operator.js';
import { masked } from './masked.js';
import { pseudoinverseGuided } from './pseudoinverse-guided.js';
import { replaced } from './replaced.js';

const processes = forms(linearLogSnr({ min: -12, max: 12 }));
const shape = [4, 4, 1];
const mean = Array.from({ length: 16 }, (_, i) => Math.sin(i));
const variance = 0.6;
const data = gaussian(mean, Matrix.eye(16).mul(variance), shape);
/** That of x0 given x, which the method wants to know. */
const spread = ({ alpha, sigma }: NoiseLevel) => (variance * sigma ** 2) / (variance * alpha ** 2 + sigma ** 2);

const mixture = gaussianMixture({
  means: [
    [1, 1],
    [-1, -1],
  ],
  covariances: [0.2, 0.2],
});
describeGuidance<undefined>('pseudoinverseGuided', {
  off: () => pseudoinverseGuided({ operator: masked(tensor([1, 0])), measurement: tensor([[0.5, 0]]), scale: 0 }),
  on: () => pseudoinverseGuided({ operator: masked(tensor([1, 0])), measurement: tensor([[0.5, 0]]) }),
  denoiser: mixtureDenoiser(mixture),
  condition: () => undefined,
  plain: () => undefined,
});

const operators: Readonly<Record<string, () => LinearOperator>> = {
  inpainting: () =>
    masked(
      tensor(
        mean.map((value) => (value > 0 ? 1 : 0)),
        shape,
      ),
    ),
  'super-resolution': () => averaged(2),
  deblurring: () => blurred(gaussianKernel({ deviation: 0.8 })),
  'super-resolution of a blur': () =>
    composed(averaged(2), blurred(gaussianKernel({ deviation: 0.8 }), { boundary: 'circular' })),
};

describe.each(Object.entries(operators))('%s of normal data', (_, make) => {
  describe.each(Object.entries(processes))('%s', (_, process) => {
    test.each([0.05, 0.5])('is exactly E[x0 | x, y] at every level, noise %d', (noise) => {
      const operator = make();
      const x0 = tidy(() => normal(key(1), [1, ...shape]));
      const measurement = operator.apply(x0);
      const guided = pseudoinverseGuided({ operator, measurement, noise, variance: spread })(data.denoiser);
      for (const logSnr of [-12, -6, -2, 0, 2, 5]) {
        const level = process.level(logSnr);
        const values = normals(key(3), 16).map((z, i) => level.alpha * (mean[i] ?? 0) + z * Math.hypot(level.alpha, level.sigma));
        const x = tensor(values, [1, ...shape]);
        const seen = { x: [...values], level };
        const exact = data.posterior(data.matrix(operator), [...measurement.dataSync()], noise, seen);
        expect(error(guided(x, level, undefined), exact.mean), `at log-SNR ${logSnr}`).toBeLessThan(1e-4);
      }
    });
  });
});

test('without noise it is exact too: the known is known and the rest as it was', () => {
  const mask = mean.map((value) => (value > 0 ? 1 : 0));
  const operator = masked(tensor(mask, shape));
  const y = normals(key(5), 16).map((value, i) => value * (mask[i] ?? 0));
  const level = processes.flow.level(-1);
  const x = [...normals(key(6), 16)];
  const measurement = tensor(y, [1, ...shape]);
  const guided = pseudoinverseGuided({ operator, measurement, variance: spread })(data.denoiser);
  const expected = data.estimate(x, level).map((value, i) => (mask[i] === 1 ? (y[i] ?? 0) : value));
  expect(error(guided(tensor(x, [1, ...shape]), level, undefined), expected)).toBeLessThan(1e-5);
});

test('a probability flow ends in the posterior: in its mean, and one deviation from it', async () => {
  const operator = averaged(2);
  const noise = 0.2;
  const measurement = operator.apply(normal(key(1), [1, ...shape]));
  const exact = data.posterior(data.matrix(operator), [...measurement.dataSync()], noise);
  const process = processes['variance preserving'];
  // Along the axes of the posterior the flow of a Gaussian only scales: from the deviation at the start to that at the end.
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(exact.covariance);
  const axes = [0, 5, 15].map((k) => ({ variance: realEigenvalues[k] ?? 0, direction: eigenvectorMatrix.getColumn(k) }));
  const rows = [{ variance: 0, direction: mean.map(() => 0) }, ...axes];
  const { alpha, sigma } = process.at(1);
  const points = (scale: number, deviation: (variance: number) => number) =>
    rows.flatMap(({ variance, direction }) => exact.mean.map((m, i) => scale * m + deviation(variance) * (direction[i] ?? 0)));
  const result = await sample({
    denoiser: pseudoinverseGuided({ operator, measurement, noise, variance: spread })(data.denoiser),
    process,
    sampler: heun(),
    grid: uniformLogSnr({ max: 12 }),
    steps: 100,
    key: key(0),
    start: tensor(
      points(alpha, (v) => Math.sqrt(alpha ** 2 * v + sigma ** 2)),
      [rows.length, ...shape],
    ),
  });
  expect(error(result, points(1, Math.sqrt))).toBeLessThan(1e-3);
});

test('one evaluation for estimate and gradient, each sample by itself, nothing left behind, also after an error', async () => {
  const measurement = tensor([
    [0.5, 0],
    [-1, 0],
    [2, 0],
  ]);
  const operator = masked(tensor([1, 0]));
  const level = processes.flow.level(1);
  const x = normal(key(2), [3, 2]);
  let calls = 0;
  const counted: Denoiser = (...given) => {
    calls++;
    return mixtureDenoiser(mixture)(...given);
  };
  const before = memory().numTensors;
  const together = pseudoinverseGuided({ operator, measurement })(counted)(x, level, undefined);
  expect(memory().numTensors).toBe(before + 1);
  expect(calls).toBe(1);
  const rows = (of: Tensor, i: number) => tensor([...of.dataSync()].slice(2 * i, 2 * i + 2), [1, 2]);
  for (const i of [0, 1, 2]) {
    const alone = pseudoinverseGuided({ operator, measurement: rows(measurement, i) })(counted)(rows(x, i), level, undefined);
    expect(error(alone, [...rows(together, i).dataSync()])).toBeLessThan(1e-6);
  }
  const failing: Denoiser = (...given) => {
    mixtureDenoiser(mixture)(...given);
    throw new Error('no network');
  };
  const held = memory().numTensors;
  expect(() => pseudoinverseGuided({ operator, measurement })(failing)(x, level, undefined)).toThrow('no network');
  expect(memory().numTensors).toBe(held);
});

test('what the denoiser notes reaches the sampler, and a run leaves its result alone behind', async () => {
  const denoiser: Denoiser = (x, level, condition, moment) => {
    const x0 = mixtureDenoiser(mixture)(x, level, condition, moment);
    moment?.note('estimate', x0);
    return x0;
  };
  const recalled: number[] = [];
  const sampler: Sampler = {
    step(context, x) {
      const { denoise, from, recall } = context;
      denoise(x, from);
      const noted = recall('estimate');
      recalled.push(error(noted ?? x, [...mixtureDenoiser(mixture)(x, from, undefined).dataSync()]));
      return ddim().step(context, x, undefined);
    },
  };
  const measured = { operator: masked(tensor([1, 0])), measurement: tensor([[0.5, 0]]) };
  const run = { denoiser: pseudoinverseGuided(measured)(denoiser), process: processes.flow, sampler, grid: [0.9, 0.5, 0.2, 0] };
  const before = memory().numTensors;
  await sample({ ...run, key: key(0), start: [3, 2] });
  expect(memory().numTensors).toBe(before + 1);
  expect(recalled).toEqual([0, 0, 0]);
});

test('of two modes it finds the one that matches, where replacement often does not', async () => {
  const [mask, image] = [tensor([[1, 0]]), tensor([[1, 0]])];
  const run = { process: forms(linearLogSnr({ min: -8, max: 8 })).flow, grid: uniformLogSnr(), steps: 40, start: [600, 2] };
  const denoiser = mixtureDenoiser(mixture);
  const wrong = (points: Tensor) => [...points.dataSync()].filter((value, i) => i % 2 === 1 && value < 0).length / 600;
  const guided = pseudoinverseGuided({ operator: masked(mask), measurement: image })(denoiser);
  const byGradient = await sample({ ...run, denoiser: guided, sampler: ddpm(), key: key(3) });
  const byReplacement = await sample({ ...run, denoiser, sampler: replaced(ddpm(), { image, mask }), key: key(3) });
  expect(mixture.responsibilities([1, 1])[1]).toBeLessThan(1e-4); // the exact share, next to y = 1, is 5e-5
  expect(wrong(byReplacement)).toBeGreaterThan(0.06);
  expect(wrong(byGradient)).toBeLessThan(0.04);
});

test.each([
  ['scale-not-finite', { scale: Number.NaN }],
  ['noise-negative', { noise: -1 }],
  ['iterations-not-positive', { iterations: 0 }],
])('refuses by name: %s', (code, options) => {
  const measured = { operator: averaged(2), measurement: tensor([[0]]) };
  expect(() => pseudoinverseGuided({ ...measured, ...options })).toThrow(expect.objectContaining({ code }));
});

test('refuses pure noise, and a variance that leaves nothing uncertain', () => {
  const x = tensor([[0, 1]]);
  const measured = { operator: masked(tensor([1, 0])), measurement: tensor([[0.5, 0]]) };
  const guided = (variance: number) => pseudoinverseGuided({ ...measured, variance: () => variance })(mixtureDenoiser(mixture));
  expect(() => guided(1)(x, { t: 1, alpha: 0, sigma: 1, logSnr: -Infinity }, undefined)).toThrow(
    expect.objectContaining({ code: 'guidance-undefined' }),
  );
  for (const variance of [0, -1, Number.NaN])
    expect(() => guided(variance)(x, processes.flow.level(0), undefined)).toThrow(
      expect.objectContaining({ code: 'variance-invalid' }),
    );
});
