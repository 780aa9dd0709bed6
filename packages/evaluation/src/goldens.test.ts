import type { ForwardProcess, NoiseLevel } from '@tweedie/core';
import { subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import {
  describeGoldens,
  type GoldenCase,
  type GoldenHeader,
  type Json,
  mixtureOf,
  number,
  numbers,
  slices,
  text,
} from '@tweedie/goldens';
import kDiffusion from '@tweedie/goldens/likelihood/k-diffusion.json' with { type: 'json' };
import scoreSde from '@tweedie/goldens/likelihood/score-sde-ode.json' with { type: 'json' };
import { geometric, linearBeta, noiseSquared } from '@tweedie/schedules';
import { mixtureDenoiser, mixtureDerivative } from '@tweedie/testing';
import { bitsPerDimension } from './bits-per-dimension.js';
import { dormandPrince } from './dormand-prince.js';
import { type LikelihoodOptions, logLikelihood, normalPrior } from './log-likelihood.js';
import { plainModel } from './plain-model.js';
import { everyAxis, type Probes } from './probes.js';
import { transport } from './transport.js';

/** The same probes for every example, as the peers draw them for a reference. */
const given =
  (probes: readonly Float64Array[]): Probes =>
  (examples) =>
    probes.map((probe) => Float64Array.from(Array.from({ length: examples }, () => [...probe]).flat()));

/** A case's range where it names one. */
const range = (golden: GoldenCase, keys: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(keys).flatMap(([key, name]) => (golden[key] == null ? [] : [[name, number(golden[key])]])));

/** What both peers' likelihoods are compared in. */
function likelihoods(
  golden: GoldenCase,
  header: GoldenHeader,
  run: Pick<LikelihoodOptions<never>, 'process' | 'clean' | 'prior'>,
) {
  const mixture = mixtureOf(golden, header);
  const options = {
    ...run,
    model: plainModel(mixtureDenoiser(mixture), { dimensions: 2, derivative: mixtureDerivative(mixture) }),
    x: numbers(golden.data ?? golden.x),
    rtol: number(golden.rtol ?? 1e-9),
    atol: number(golden.atol ?? 1e-9),
  };
  const probes = slices(golden.probes);
  // What no peer's prior can give: far enough into the noise, or beginning at the data, the density is that of the mixture.
  const exact = (clean?: NoiseLevel) =>
    logLikelihood({
      ...options,
      ...(clean && { clean }),
      prior: normalPrior(run.process.level(-40).sigma),
      noisy: run.process.level(-40),
      probes: everyAxis(),
    });
  return {
    perProbe: () => Promise.all(probes.map((probe) => logLikelihood({ ...options, probes: given([probe]) }))),
    mean: () => logLikelihood({ ...options, probes: given(probes) }),
    trace: () => logLikelihood({ ...options, probes: everyAxis() }),
    atClean: () => exact(),
    ofData: () => exact(run.process.level(Infinity)),
  };
}

const flat = (arrays: readonly Float64Array[]) => arrays.flatMap((array) => [...array]);

describeGoldens('likelihood', kDiffusion, (golden, header) => {
  if (golden.sigma_max === undefined || golden.log_likelihood_per_probe === undefined) return undefined;
  const process = varianceExploding(geometric({ sigmaMin: number(golden.sigma_min), sigmaMax: number(golden.sigma_max) }));
  const run = likelihoods(golden, header, { process });
  return async () => ({
    perProbe: [flat((await run.perProbe()).map(({ nats }) => nats)), golden.log_likelihood_per_probe ?? null],
    trace: [(await run.trace()).nats, golden.log_likelihood_exact_trace ?? null],
    density: [(await run.atClean()).nats, golden.exact_log_density_at_sigma_min ?? null],
    dataDensity: [(await run.ofData()).nats, golden.exact_log_density_of_data ?? null],
  });
});

/** The process of a case, and the standard deviation of the prior that its peer takes. */
function processOf(golden: GoldenCase): readonly [process: ForwardProcess, deviation: number] | undefined {
  const betas = linearBeta(range(golden, { beta_min: 'betaMin', beta_max: 'betaMax' }));
  const sde = text(golden.sde);
  if (sde === 'vp') return [variancePreserving(betas), 1];
  if (sde === 'subvp') return [subVariancePreserving(noiseSquared(betas)), 1];
  if (sde !== 've') return undefined;
  const process = varianceExploding(geometric(range(golden, { sigma_min: 'sigmaMin', sigma_max: 'sigmaMax' })));
  return [process, process.at(1).sigma];
}

describeGoldens('likelihood', scoreSde, (golden, header) => {
  const [process, deviation] = processOf(golden) ?? [];
  if (process === undefined || golden.data === undefined) return undefined;
  const clean = process.at(number(golden.eps));
  const run = likelihoods(golden, header, { process, clean, prior: normalPrior(deviation ?? 1) });
  // The peer's offset as bins: 8 bits are 256 of them over a range of 1.
  const bins = { levels: 256, range: [0, 256 / 2 ** number(golden.bpd_offset_inside)] } as const;
  return async () => {
    const { nats, latents } = await run.mean();
    return {
      scales: [[clean.alpha, clean.sigma], [number(golden.alpha_eps), number(golden.sigma_eps)] satisfies Json],
      perProbe: [flat((await run.perProbe()).map((each) => bitsPerDimension(each.nats, 2, bins))), golden.bpd_per_probe ?? null],
      mean: [bitsPerDimension(nats, 2, bins), golden.bpd_mean ?? null],
      nats: [nats, golden.log_likelihood_nats_2d ?? null],
      latents: [latents, golden.z ?? null],
      density: [(await run.atClean()).nats, golden.exact_log_density_at_eps ?? null],
      dataDensity: [(await run.ofData()).nats, golden.exact_log_density_of_data ?? null],
    };
  };
});

describeGoldens('sampling by the flow, and the solver', scoreSde, (golden, header) => {
  const [process] = processOf(golden) ?? [];
  if (process === undefined || golden.data !== undefined) return undefined;
  const denoiser = mixtureDenoiser(mixtureOf(golden, header));
  const tolerance = { rtol: number(golden.rtol), atol: number(golden.atol) };
  const [from, to] = [process.at(1), process.at(number(golden.eps))];
  // The peer's own equation, in time.
  const inTime = (t: number, x: Float64Array) => {
    const level = process.at(t);
    const denoised = denoiser(x, level, undefined);
    const [drift, diffusion] = [process.drift(t), process.diffusion(t)];
    return x.map((each, i) => drift * each + (diffusion / 2) * ((each - level.alpha * (denoised[i] ?? 0)) / level.sigma ** 2));
  };
  return async () => {
    const start = numbers(golden.z);
    const moved = await transport({
      process,
      model: plainModel(denoiser, { dimensions: 2 }),
      x: start,
      from,
      to,
      ...tolerance,
    });
    const solved = await dormandPrince(inTime, { from: 1, to: to.t, start, ...tolerance });
    return {
      x: [moved.x, golden.x ?? null],
      solver: [solved.y, golden.x ?? null],
      steps: [solved.evaluations, golden.nfe ?? null],
    };
  };
});
