/** Gaussian data, where every density and every flow is known. */
import { type ForwardProcess, key, type NoiseLevel } from '@tweedie/core';
import { linearInterpolant, subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { clamped, cosine, geometric, linearBeta, noiseSquared, rectifiedFlow } from '@tweedie/schedules';
import { type GaussianMixture, mixtureDenoiser, mixtureDerivative } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { logLikelihood } from './log-likelihood.js';
import { plainModel } from './plain-model.js';
import { everyAxis, gaussian } from './probes.js';
import { transport } from './transport.js';

const mean = [0.7, -0.3] as const;
const variances = [0.25, 2] as const;
const data: GaussianMixture = { weights: [1], means: [mean], covariances: [[variances[0], 0, variances[1]]] };
const denoiser = mixtureDenoiser(data);
const model = plainModel(denoiser, { dimensions: 2, derivative: mixtureDerivative(data) });
const points = Float64Array.of(0.7, -0.3, 1.9, -2.4, -0.5, 1.1);
const tight = { rtol: 1e-11, atol: 1e-11 };

/** Mean and variance of one coordinate at a level. */
const marginal = (axis: 0 | 1, { alpha, sigma }: NoiseLevel) => ({
  mean: alpha * mean[axis],
  variance: alpha ** 2 * variances[axis] + sigma ** 2,
});

/** The log-density at a level. */
const density = (level: NoiseLevel) => (x: Float64Array) =>
  ([0, 1] as const).reduce<number>((sum, axis) => {
    const { mean, variance } = marginal(axis, level);
    return sum - Math.log(2 * Math.PI * variance) / 2 - ((x[axis] ?? 0) - mean) ** 2 / (2 * variance);
  }, 0);

const processes: readonly (readonly [string, ForwardProcess])[] = [
  ['variance preserving', variancePreserving(linearBeta())],
  ['variance exploding', varianceExploding(geometric())],
  ['sub-variance preserving', subVariancePreserving(noiseSquared(linearBeta()))],
  ['flow', linearInterpolant(rectifiedFlow())],
];

const rows = (x: Float64Array) => Array.from({ length: x.length / 2 }, (_, i) => x.subarray(2 * i, 2 * i + 2));

test.each(processes)('the density is exact from the clean end to the noisy one, %s', async (_, process) => {
  for (const clean of [process.at(0), process.at(0.02), process.level(4)]) {
    const noisy = process.at(1);
    const { nats } = await logLikelihood({
      model,
      process,
      x: points,
      probes: everyAxis(),
      clean,
      prior: density(noisy),
      ...tight,
    });
    rows(points).forEach((x, i) => void expect(nats[i]).toBeCloseTo(density(clean)(x), 8));
  }
});

// The flow stretches either coordinate by itself, so a probe gives Σ p²·ln(stretch): finite from data without any noise on.
test.each(processes)('a probe estimates the whole of the volume, whatever its length, %s', async (_, process) => {
  const [clean, noisy] = [process.level(Infinity), process.at(1)];
  const probes = gaussian({ key: key(5), count: 2 });
  const { nats } = await logLikelihood({ model, process, x: points, probes, clean, prior: () => 0, ...tight });
  const stretch = ([0, 1] as const).map((axis) => Math.log(marginal(axis, noisy).variance / marginal(axis, clean).variance) / 2);
  const each = probes(3, 2).map((probe) => probe.map((p, i) => p ** 2 * (stretch[i % 2] ?? Number.NaN)));
  nats.forEach((volume, i) => {
    const sums = each.map((terms) => (terms[2 * i] ?? Number.NaN) + (terms[2 * i + 1] ?? Number.NaN));
    expect(volume).toBeCloseTo(sums.reduce((sum, one) => sum + one, 0) / sums.length, 7);
  });
});

test.each(processes)('the flow is the map between the marginals, and back again, %s', async (_, process) => {
  const [from, to] = [process.at(0.01), process.at(1)];
  const { x: latents } = await transport({ model, process, x: points, from, to, ...tight });
  points.forEach((x, i) => {
    const axis = i % 2 === 0 ? 0 : 1;
    const [a, b] = [marginal(axis, from), marginal(axis, to)];
    expect(latents[i]).toBeCloseTo(b.mean + Math.sqrt(b.variance / a.variance) * (x - a.mean), 7);
  });
  const { x: back } = await transport({ model, process, x: latents, from: to, to: from, ...tight });
  points.forEach((x, i) => void expect(back[i]).toBeCloseTo(x, 7));
});

// Euler–Maruyama on a linear equation moves Gaussians to Gaussians: their two moments are followed without a single draw.
test.each(processes)('the reverse equation has the marginals of the flow, to first order in its steps, %s', (_, process) => {
  const errorOf = (steps: number) => {
    const [first, last] = [0.9, 0.3];
    const moments = ([0, 1] as const).map((axis) => ({ ...marginal(axis, process.at(first)) }));
    const h = (last - first) / steps;
    for (let i = 0; i < steps; i++) {
      const t = first + i * h;
      const level = process.at(t);
      const [drift, diffusion] = [process.drift(t), process.diffusion(t)];
      const velocity = (x: Float64Array) => {
        const x0 = denoiser(x, level, undefined);
        return x.map((each, j) => drift * each + (diffusion * (each - level.alpha * (x0[j] ?? 0))) / level.sigma ** 2);
      };
      const [shift, moved] = [velocity(Float64Array.of(0, 0)), velocity(Float64Array.of(1, 1))];
      moments.forEach((moment, axis) => {
        const factor = 1 + h * ((moved[axis] ?? 0) - (shift[axis] ?? 0));
        moment.mean = factor * moment.mean + h * (shift[axis] ?? 0);
        moment.variance = factor ** 2 * moment.variance - h * diffusion;
      });
    }
    const errors = moments.flatMap((moment, axis) => {
      const exact = marginal(axis === 0 ? 0 : 1, process.at(last));
      return [moment.mean - exact.mean, moment.variance - exact.variance].map((error) => Math.abs(error) / exact.variance);
    });
    return Math.max(...errors);
  };
  const [coarse, fine] = [errorOf(2000), errorOf(4000)];
  expect(fine).toBeLessThan(0.005);
  expect(coarse / fine).toBeGreaterThan(1.9);
  expect(coarse / fine).toBeLessThan(2.1);
});

test('the density of x/alpha knows the ends of a schedule: not what lies between, and not the form of the process', async () => {
  const ends = { min: -9, max: 7 };
  const all = [
    variancePreserving(clamped(linearBeta(), ends)),
    variancePreserving(clamped(cosine(), ends)),
    varianceExploding(clamped(cosine(), ends)),
    subVariancePreserving(clamped(cosine(), ends)),
    linearInterpolant(clamped(rectifiedFlow(), ends)),
  ].map(async (process) => {
    const { alpha } = process.at(0);
    const x = points.map((each) => each * alpha);
    const { nats } = await logLikelihood({ model, process, x, probes: everyAxis(), ...tight });
    return nats.map((each) => each + 2 * Math.log(alpha));
  });
  const [first, ...others] = await Promise.all(all);
  expect(others).toHaveLength(4);
  for (const other of others) first?.forEach((each, i) => void expect(other[i]).toBeCloseTo(each, 9));
});

test('a level of infinite sigma is refused by name', async () => {
  const process = varianceExploding(geometric());
  const run = transport({ model, process, x: points, from: process.level(-Infinity), to: process.at(0) });
  await expect(run).rejects.toMatchObject({ code: 'level-infinite' });
});
