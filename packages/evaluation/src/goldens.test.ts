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
  settings,
  slices,
  text,
} from '@tweedie/goldens';
import kDiffusion from '@tweedie/goldens/likelihood/k-diffusion.json' with { type: 'json' };
import scoreSde from '@tweedie/goldens/likelihood/score-sde-ode.json' with { type: 'json' };
import { geometric, linearBeta, noiseSquared } from '@tweedie/schedules';
import { mixtureDenoiser, mixtureDerivative } from '@tweedie/testing';
import { bitsPerDimension } from './bits-per-dimension.js';
import { dormandPrince, type SolverOptions } from './dormand-prince.js';
import { type LikelihoodOptions, logLikelihood, normalPrior } from './log-likelihood.js';
import type { Model } from './model.js';
import { plainModel } from './plain-model.js';
import { everyAxis, type Probes } from './probes.js';
import { transport } from './transport.js';

/** Probes as a peer was given them: one for each example, or the same for all. */
const given =
  (probes: readonly Float64Array[]): Probes =>
  (examples, dimensions) =>
    probes.map((probe) => Float64Array.from({ length: examples * dimensions }, (_, i) => probe[i % probe.length] ?? Number.NaN));

/** Far below what is compared, so that ours do not depend on how closely a peer solved its equation. */
const closely = { rtol: 1e-10, atol: 1e-10 };

/** What both peers' likelihoods are compared in. */
function likelihoods(
  golden: GoldenCase,
  header: GoldenHeader,
  run: Pick<LikelihoodOptions<never>, 'process' | 'clean' | 'prior'>,
) {
  const mixture = mixtureOf(golden, header);
  const model = plainModel(mixtureDenoiser(mixture), { dimensions: 2, derivative: mixtureDerivative(mixture) });
  const options = { ...run, ...closely, model, x: numbers(golden.data ?? golden.x) };
  const probes = slices(golden.probes).map((probe) => given([probe]));
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
    model,
    probes,
    perProbe: () => Promise.all(probes.map((each) => logLikelihood({ ...options, probes: each }))),
    mean: () => logLikelihood({ ...options, probes: given(slices(golden.probes)) }),
    trace: () => logLikelihood({ ...options, probes: everyAxis() }),
    atClean: () => exact(),
    ofData: () => exact(run.process.level(Infinity)),
  };
}

const flat = (arrays: readonly Float64Array[]) => arrays.flatMap((array) => [...array]);

describeGoldens('likelihood', kDiffusion, (golden, header) => {
  if (golden.sigma_max === undefined || golden.log_likelihood_per_probe === undefined) return undefined;
  const process = varianceExploding(geometric({ sigmaMin: number(golden.sigma_min), sigmaMax: number(golden.sigma_max) }));
  return async () => {
    const run = likelihoods(golden, header, { process });
    return {
      perProbe: [flat((await run.perProbe()).map(({ nats }) => nats)), golden.log_likelihood_per_probe ?? null],
      trace: [(await run.trace()).nats, golden.log_likelihood_exact_trace ?? null],
      density: [(await run.atClean()).nats, golden.exact_log_density_at_sigma_min ?? null],
      dataDensity: [(await run.ofData()).nats, golden.exact_log_density_of_data ?? null],
    };
  };
});

/** The process of a case, and the standard deviation of the prior that its peer takes. */
function processOf(golden: GoldenCase): readonly [process: ForwardProcess, deviation: number] | undefined {
  const betas = linearBeta(settings(golden, { beta_min: 'betaMin', beta_max: 'betaMax' }));
  const sde = text(golden.sde);
  if (sde === 'vp') return [variancePreserving(betas), 1];
  if (sde === 'subvp') return [subVariancePreserving(noiseSquared(betas)), 1];
  if (sde !== 've') return undefined;
  const process = varianceExploding(geometric(settings(golden, { sigma_min: 'sigmaMin', sigma_max: 'sigmaMax' })));
  return [process, process.at(1).sigma];
}

/**
 * The peer's own equation, in time: `dx/dt`, and with a probe what it adds to the logarithm of the volume of each example. The peer
 * solves it to a tolerance that a case may choose loose; we have to do as it does, step for step, and agree with what it tends to.
 */
async function inTime(
  process: ForwardProcess,
  model: Model<Float64Array>,
  stretch: { readonly from: number; readonly to: number; readonly start: Float64Array } & SolverOptions,
  probes?: Probes,
) {
  const { start, ...options } = stretch;
  const batch = await model(start);
  const [size, examples] = [start.length, probes === undefined ? 0 : batch.examples];
  const probe = probes?.(examples, size / examples)[0];
  const slope = async (t: number, state: Float64Array): Promise<Float64Array> => {
    const level = process.at(t);
    const [drift, half] = [process.drift(t), process.diffusion(t) / 2];
    const { x0, traces } = await batch.estimate(state.slice(0, size), level, probe === undefined ? [] : [probe]);
    const along = (x: number, denoised: number) => drift * x + half * ((x - level.alpha * denoised) / level.sigma ** 2);
    return state.map((x, i) => {
      if (i < size) return along(x, x0[i] ?? Number.NaN);
      const own = probe?.subarray(((i - size) * size) / examples, ((i - size + 1) * size) / examples) ?? new Float64Array();
      return along(
        own.reduce((sum, each) => sum + each ** 2, 0),
        traces[i - size] ?? Number.NaN,
      );
    });
  };
  const joint = new Float64Array(size + examples);
  joint.set(start);
  const { y, evaluations } = await dormandPrince(slope, { ...options, start: joint });
  return { x: y.slice(0, size), volume: y.slice(size), evaluations };
}

describeGoldens('likelihood', scoreSde, (golden, header) => {
  const [process, deviation] = processOf(golden) ?? [];
  if (process === undefined || golden.data === undefined) return undefined;
  return async () => {
    const clean = process.at(number(golden.eps));
    const prior = normalPrior(deviation ?? 1);
    const run = likelihoods(golden, header, { process, clean, prior });
    // The peer's offset as bins: 8 bits are 256 of them over a range of 1.
    const bins = { levels: 256, range: [0, 256 / 2 ** number(golden.bpd_offset_inside)] } as const;
    const bits = (nats: Float64Array) => bitsPerDimension(nats, 2, bins);
    const peer = async (tolerance: SolverOptions) =>
      Promise.all(
        run.probes.map(async (probe) => {
          const stretch = { from: clean.t, to: 1, start: numbers(golden.data), ...tolerance };
          const { x, volume, evaluations } = await inTime(process, run.model, stretch, probe);
          return { evaluations, latents: x, nats: volume.map((each, i) => each + prior(x.subarray(2 * i, 2 * i + 2))) };
        }),
      );
    const average = (all: readonly { readonly nats: Float64Array }[]) =>
      numbers(golden.log_likelihood_nats_2d).map((_, i) => all.reduce((sum, { nats }) => sum + (nats[i] ?? 0) / all.length, 0));
    const [solved, limit] = [await peer({ rtol: number(golden.rtol), atol: number(golden.atol) }), await peer(closely)];
    const { nats, latents } = await run.mean();
    return {
      scales: [[clean.alpha, clean.sigma], [number(golden.alpha_eps), number(golden.sigma_eps)] satisfies Json],
      'perProbe, solved as the peer does': [flat(solved.map((each) => bits(each.nats))), golden.bpd_per_probe ?? null],
      'mean, solved as the peer does': [bits(average(solved)), golden.bpd_mean ?? null],
      'nats, solved as the peer does': [average(solved), golden.log_likelihood_nats_2d ?? null],
      // these two are of the last probe
      'latents, solved as the peer does': [solved.at(-1)?.latents ?? [], golden.z ?? null],
      steps: [solved.at(-1)?.evaluations ?? 0, golden.nfe ?? null],
      perProbe: [flat((await run.perProbe()).map((each) => each.nats)), Float64Array.from(flat(limit.map((each) => each.nats)))],
      mean: [nats, average(limit)],
      latents: [latents, limit[0]?.latents ?? null],
      density: [(await run.atClean()).nats, golden.exact_log_density_at_eps ?? null],
      dataDensity: [(await run.ofData()).nats, golden.exact_log_density_of_data ?? null],
    };
  };
});

describeGoldens('sampling by the flow, and the solver', scoreSde, (golden, header) => {
  const [process] = processOf(golden) ?? [];
  if (process === undefined || golden.data !== undefined) return undefined;
  const model = plainModel(mixtureDenoiser(mixtureOf(golden, header)), { dimensions: 2 });
  const stretch = { from: 1, to: number(golden.eps), start: numbers(golden.z) };
  return async () => {
    const solved = await inTime(process, model, { ...stretch, rtol: number(golden.rtol), atol: number(golden.atol) });
    const [from, to] = [process.at(stretch.from), process.at(stretch.to)];
    const moved = await transport({ process, model, x: stretch.start, from, to, ...closely });
    return {
      'x, solved as the peer does': [solved.x, golden.x ?? null],
      steps: [solved.evaluations, golden.nfe ?? null],
      x: [moved.x, (await inTime(process, model, { ...stretch, ...closely })).x],
    };
  };
});
