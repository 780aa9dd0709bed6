import type { NoiseLevel, Parameterization } from '@tweedie/core';
import { linearInterpolant, posterior, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type Json, type JsonRecord, number, numbers, record, slices } from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/forward/diffusers.json' with { type: 'json' };
import weights from '@tweedie/goldens/losses/weights.json' with { type: 'json' };
import { cosineBetas, fromBetas, geometric, linearBeta, rectifiedFlow } from '@tweedie/schedules';
import { betasOf } from '../../schedules/test/diffusers.js';
import { edm } from './edm.js';
import { epsilon } from './epsilon.js';
import { score } from './score.js';
import { quarterLogSigma, tableIndex, told } from './told.js';
import { trainedUnder } from './trained-under.js';
import { v } from './v.js';
import { velocity } from './velocity.js';
import { x0 } from './x0.js';

/** `x0` of a network that answers exactly its target. */
function recovered(parameterization: Parameterization, level: NoiseLevel, data: number, noise: number): number {
  const { skip, out } = parameterization(level);
  return skip * (level.alpha * data + level.sigma * noise) + out * answer(parameterization, level, data, noise);
}

function answer(parameterization: Parameterization, level: NoiseLevel, data: number, noise: number): number {
  const [a, b] = parameterization(level).target;
  return (a === 0 ? 0 : a * data) + (b === 0 ? 0 : b * noise);
}

/** The data and the noise of a case, mixed at one level per sample. */
function mixer(golden: JsonRecord, levels: readonly NoiseLevel[]) {
  const [data, noises] = [slices(golden.x0), slices(golden.noise)];
  return (f: (level: NoiseLevel, data: number, noise: number) => number): number[] =>
    levels.flatMap((level, i) => [...(data[i] ?? [])].map((each, j) => f(level, each, noises[i]?.[j] ?? Number.NaN)));
}
const noisy = (level: NoiseLevel, data: number, noise: number) => level.alpha * data + level.sigma * noise;

describeGoldens('adding noise under the variance exploding process', diffusers, (golden) => {
  if (golden.sigmas === undefined || golden.add_noise === undefined) return undefined;
  const levels = [...numbers(golden.sigmas)].map((sigma) => varianceExploding(geometric()).level(-2 * Math.log(sigma)));
  return () => ({ add_noise: [mixer(golden, levels)(noisy), golden.add_noise ?? null] });
});

describeGoldens('velocity', diffusers, (golden) => {
  if (golden.scale_noise === undefined) return undefined;
  const levels = [...numbers(golden.sigmas)].map(linearInterpolant(rectifiedFlow()).at);
  const perElement = mixer(golden, levels);
  return () => ({
    scale_noise: [perElement(noisy), golden.scale_noise ?? null],
    velocity: [perElement((...at) => answer(velocity(), ...at)), golden.velocity_target_formula_noise_minus_x0 ?? null],
  });
});

describeGoldens('x0, epsilon, v and score', diffusers, (golden) => {
  if (golden.get_velocity === undefined) return undefined;
  const betas = betasOf(record(golden.scheduler_config));
  const process = variancePreserving(fromBetas(betas));
  const indices = [...numbers(golden.timesteps)];
  const levels = indices.map((i) => process.at((i + 1) / betas.length));
  // The peer's step without noise goes to the mean of the posterior at the index before.
  const posteriors = new Map(levels.map((level, i) => [level, posterior(level, before(indices[i] ?? 0))]));
  function before(index: number): NoiseLevel {
    return index === 0 ? process.level(Infinity) : process.at(index / betas.length);
  }

  const perElement = mixer(golden, levels);
  const target = (parameterization: Parameterization) => perElement((...at) => answer(parameterization, ...at));
  const estimate = (parameterization: Parameterization) => perElement((...at) => recovered(parameterization, ...at));
  const mean = (parameterization: Parameterization) =>
    perElement((level, data, noise) => {
      const { x, x0 } = posteriors.get(level) ?? { x: Number.NaN, x0: Number.NaN };
      return x * noisy(level, data, noise) + x0 * recovered(parameterization, level, data, noise);
    });
  const epsilonFromV = perElement((level, data, noise) => {
    return (noisy(level, data, noise) - level.alpha * recovered(v(), level, data, noise)) / level.sigma;
  });
  const step = (name: string, parameterization: Parameterization) => {
    const { pred_original_sample = null, posterior_mean_prev_sample = null } = record(record(golden.step_without_noise)[name]);
    return {
      [`${name} x0`]: [estimate(parameterization), pred_original_sample] as const,
      [`${name} mean`]: [mean(parameterization), posterior_mean_prev_sample] as const,
    };
  };
  return () => ({
    alpha: [levels.map(({ alpha }) => alpha), golden.alpha ?? null],
    sigma: [levels.map(({ sigma }) => sigma), golden.sigma ?? null],
    add_noise: [perElement(noisy), golden.add_noise ?? null],
    velocity: [target(v()), golden.get_velocity ?? null],
    score: [target(score()), golden.score_of_the_gaussian_kernel ?? null],
    x0_from_v: [estimate(v()), golden.x0_from_v ?? null],
    eps_from_v: [epsilonFromV, golden.eps_from_v ?? null],
    // At zero terminal SNR the noise says nothing of the data; there is no golden either.
    ...(golden.x0_from_eps !== null && { x0_from_eps: [estimate(epsilon()), golden.x0_from_eps ?? null] as const }),
    ...step('epsilon', epsilon()),
    ...step('sample', x0()),
    ...step('v_prediction', v()),
  });
});

const exploding = varianceExploding(geometric());
const preserving = (schedule = linearBeta()) => variancePreserving(schedule);

/** Preconditioning at given sigmas of the variance exploding process, where the peer works. */
function preconditioning(parameterization: Parameterization, sigmas: Json | undefined, golden: JsonRecord) {
  const scalings = [...numbers(sigmas)].map((sigma) => parameterization(exploding.level(-2 * Math.log(sigma))));
  return {
    c_skip: [scalings.map(({ skip }) => skip), golden.c_skip ?? null] as const,
    c_out: [scalings.map(({ out }) => out), golden.c_out ?? null] as const,
    c_in: [scalings.map((scaling) => scaling.in), golden.c_in ?? null] as const,
    c_noise: [scalings.map(({ noise }) => noise), golden.c_noise ?? null] as const,
  };
}

describeGoldens('edm, and epsilon trained under the variance preserving process', weights, (golden) => {
  if (golden.vp !== undefined) {
    // Told the time over 999; and under the process of training itself, ln(sigma/2), with the sign of F turned.
    const vp = trainedUnder(preserving())(told(epsilon(), ({ logSnr }) => 999 * linearBeta().time(logSnr)));
    const ve = told(epsilon(), ({ sigma }) => Math.log(sigma / 2));
    const { c_out, ...same } = preconditioning(ve, golden.sigma, record(golden.ve));
    return () => ({
      ...preconditioning(vp, golden.sigma, record(golden.vp)),
      ...Object.fromEntries(Object.entries(same).map(([key, pair]) => [`ve ${key}`, pair])),
      've c_out': [[...c_out[0]].map((out) => -out), c_out[1]],
    });
  }
  if (golden.rounded_sigma !== undefined) {
    const schedule = fromBetas(cosineBetas());
    const iddpm = trainedUnder(preserving(schedule))(told(epsilon(), tableIndex(schedule, 1000)));
    const { c_noise, ...same } = preconditioning(iddpm, golden.rounded_sigma, golden);
    // At clean data the peer's index is -1, which no network has seen: ours stops at 0.
    const noisy = (_: number, i: number) => (numbers(golden.rounded_sigma)[i] ?? 0) > 0;
    return () => ({ ...same, c_noise: [c_noise[0].filter(noisy), numbers(c_noise[1]).filter(noisy)] });
  }
  if (golden.c_skip === undefined) return undefined;
  return () => preconditioning(told(edm({ sigmaData: number(golden.sigma_data) }), quarterLogSigma), golden.sigma, golden);
});
