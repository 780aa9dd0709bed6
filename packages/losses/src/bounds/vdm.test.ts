/** The three terms of a variational diffusion model, in float64. */
import type { NoiseSchedule } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers, slices } from '@tweedie/goldens';
import vdm from '@tweedie/goldens/losses/vdm.json' with { type: 'json' };
import { epsilon } from '@tweedie/parameterizations';
import {
  numberArithmetic as arithmetic,
  bitsPerDimension,
  discreteElboWeighting,
  elbo,
  networkWeight,
  priorTerm,
  softmaxGaussian,
} from '../index.js';

/** Log-SNR −γ, linear in time. */
const linear = (first: number, last: number): NoiseSchedule => ({
  logSnr: (t) => -(first + (last - first) * t),
  time: (logSnr) => Math.min(1, Math.max(0, (-logSnr - first) / (last - first))),
  slope: () => first - last,
});

describeGoldens('variational diffusion models', vdm, (golden) => () => {
  const process = variancePreserving(linear(number(golden.gamma_0), number(golden.gamma_1)));
  const steps = number(golden.T);
  const training = {
    process,
    parameterization: epsilon(),
    weighting: steps === 0 ? elbo() : discreteElboWeighting(steps),
  };
  const decoder = softmaxGaussian({ limit: 255 / 256 });
  const [clean, noisiest] = [process.at(0), process.at(1)];
  const [data, first, noise] = [slices(golden.f), slices(golden.eps_0), slices(golden.eps)];
  const sum = (i: number, f: (x: number, j: number) => number) =>
    Array.from(data[i] ?? [], f).reduce((total, value) => total + value, 0);
  const levels = [...numbers(golden.t)].map(process.at);
  const noisy = levels.map(({ alpha, sigma }, i) =>
    Array.from(data[i] ?? [], (x, j) => alpha * x + sigma * (noise[i]?.[j] ?? Number.NaN)),
  );
  const diffusion = levels.map((level, i) => {
    const error = (j: number) => 0.7 * Math.tanh(noisy[i]?.[j] ?? NaN) - 0.01 * level.logSnr - (noise[i]?.[j] ?? NaN);
    return networkWeight(training, level) * sum(i, (_, j) => error(j) ** 2);
  });
  const prior = levels.map((_, i) => sum(i, (x) => priorTerm(arithmetic, x, noisiest)));
  const reconstruction = levels.map((_, i) =>
    sum(i, (x, j) => {
      const mean = x + (clean.sigma / clean.alpha) * (first[i]?.[j] ?? NaN);
      return -decoder(arithmetic, x, { mean, logVariance: -clean.logSnr });
    }),
  );
  const nats = levels.map((_, i) => (diffusion[i] ?? NaN) + (prior[i] ?? NaN) + (reconstruction[i] ?? NaN));
  return {
    gamma_t: [levels.map(({ logSnr }) => -logSnr), golden.gamma_t ?? null],
    z_t: [noisy.flat(), golden.z_t ?? null],
    loss_diff: [diffusion, golden.loss_diff ?? null],
    loss_klz: [prior, golden.loss_klz ?? null],
    loss_recon: [reconstruction, golden.loss_recon ?? null],
    bpd: [nats.map((each, i) => bitsPerDimension(each, data[i]?.length ?? 0)), golden.bpd ?? null],
  };
});
