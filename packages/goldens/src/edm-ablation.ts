/**
 * Trajectories of EDM's `ablation_sampler`, whose schedule σ(t), scale s(t) and levels are each a choice of their own. Its times go
 * beyond 1, which the samplers do not mind.
 *
 * The peer draws noise in every step and weighs it by √(σ̂² − σ²), where σ̂ is σ but for the rounding of σ(t) and its inverse, also
 * without churn. Under its variance preserving schedule that is 4·10⁻⁸ of a draw in some steps, far more than its tolerance. No other
 * arithmetic rounds alike, so that we have to ask its result for that number.
 */
import type { ForwardProcess, NoiseLevel, NoiseSchedule, Sampler } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import type { GoldenCase, GoldenHeader, JsonRecord } from './golden-file.js';
import { goldenSampler, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { number, numbers, record, slices } from './read.js';

/** A run of `sampler` over the levels of a case, under its process, compared at each step. */
export function edmAblationTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  return async () => {
    const settings = record(golden.kwargs);
    const process = processOf(settings);
    const sigmas = discretized(settings);
    const levels = [...sigmas.map((sigma) => process.level(-2 * Math.log(sigma))), process.at(0)];
    const exact = mixtureDenoiser(mixtureOf(golden, header));
    const draws = golden.noise === undefined ? [] : slices(golden.noise);
    const start = numbers(golden.latents).map((x) => x * (levels[0]?.sigma ?? Number.NaN));
    const exactly = settings.schedule === 'vp' && !('tensors' in sampler);
    const { states } = await goldenSampler({
      sampler: exactly ? rounding(sampler, draws, slices(golden.trajectory)) : sampler,
      form: process,
      levels,
      denoiser: (x, level) => exact(x, level, undefined),
      start,
      noise: draws,
      drawsEveryStep: true,
    });
    return { trajectory: [states, golden.trajectory ?? null] };
  };
}

/**
 * What rounding puts into a step without churn: so much of the step's draw that the result is next to the peer's, and no more than
 * rounding can. That is one number, for all of a batch, and within 10⁻⁵ of the noise level.
 */
function rounding(
  sampler: Sampler<Float64Array>,
  draws: readonly Float64Array[],
  states: readonly Float64Array[],
): Sampler<Float64Array> {
  return {
    ...sampler,
    step(context, x, state) {
      const { index, from, combine, noise } = context;
      let drawn = false;
      const noticed = (...request: Parameters<typeof noise>) => {
        drawn = true;
        return noise(...request);
      };
      const result = sampler.step({ ...context, noise: noticed }, x, state);
      const [draw, next] = [draws[index], states[index + 1]];
      if (drawn || draw === undefined || next === undefined) return result;
      const most = 1e-5 * from.sigma;
      const noisier = (share: number) => sampler.step(context, combine([1, x], [share * most, draw]), state);
      const [gap, gain] = [combine([1, next], [-1, result.x]), combine([1, noisier(1).x], [-1, result.x])];
      const along = (of: Float64Array) => of.reduce((sum, each, i) => sum + each * (gain[i] ?? 0), 0);
      return noisier(Math.min(1, Math.max(0, along(gap) / along(gain) || 0)));
    },
  };
}

/** The ends of σ: what the case says, or the peer's defaults for its discretisation. */
function ends({ discretization = 'edm', sigma_min, sigma_max, epsilon_s = 1e-3 }: JsonRecord) {
  const standard = (t: number) => Math.sqrt(Math.expm1((19.9 * t * t) / 2 + 0.1 * t));
  const least = number(epsilon_s);
  const [low, high] = { vp: [standard(least), standard(1)], ve: [0.02, 100], iddpm: [0.002, 81] }[String(discretization)] ?? [
    0.002, 80,
  ];
  return { least, low: number(sigma_min ?? low), high: number(sigma_max ?? high) };
}

/** σ of the variance preserving schedule whose ends are those of the case, and its inverse. */
function preserving(settings: JsonRecord) {
  const { least, low, high } = ends(settings);
  const growth = (2 * (Math.log1p(low ** 2) / least - Math.log1p(high ** 2))) / (least - 1);
  const rate = Math.log1p(high ** 2) - growth / 2;
  return {
    sigma: (t: number) => Math.sqrt(Math.expm1((growth * t * t) / 2 + rate * t)),
    time: (sigma: number) => (Math.sqrt(rate ** 2 + 2 * growth * Math.log1p(sigma ** 2)) - rate) / growth,
    /** Of ln σ. */
    slope: (t: number) => (rate + growth * t) / 2 / -Math.expm1((-growth * t * t) / 2 - rate * t),
  };
}

function scheduleOf(settings: JsonRecord): NoiseSchedule {
  const { schedule = 'linear' } = settings;
  if (schedule === 'vp') {
    const { sigma, time, slope } = preserving(settings);
    return {
      logSnr: (t) => -2 * Math.log(sigma(t)),
      time: (logSnr) => time(Math.exp(-logSnr / 2)),
      slope: (t) => -2 * slope(t),
    };
  }
  const power = schedule === 've' ? 1 / 2 : 1;
  return {
    logSnr: (t) => -2 * power * Math.log(t),
    time: (logSnr) => Math.exp(-logSnr / (2 * power)),
    slope: (t) => (-2 * power) / t,
  };
}

function processOf(settings: JsonRecord): ForwardProcess {
  const schedule = scheduleOf(settings);
  const scaled = settings.scaling === 'vp';
  const make = (t: number, logSnr: number): NoiseLevel => {
    const ratio = Math.exp(-logSnr / 2);
    const alpha = scaled ? 1 / Math.hypot(1, ratio) : 1;
    return { t, alpha, sigma: alpha * ratio, logSnr };
  };
  const at = (t: number) => make(t, schedule.logSnr(t));
  return {
    schedule,
    at,
    level: (logSnr) => make(schedule.time(logSnr), logSnr),
    drift: (t) => (scaled ? (at(t).sigma ** 2 * schedule.slope(t)) / 2 : 0),
    diffusion: (t) => -schedule.slope(t) * at(t).sigma ** 2,
  };
}

/** The noise levels of the steps that the arguments of a case ask for, from the noisiest to the least noisy. */
export function discretized(settings: JsonRecord): readonly number[] {
  const { discretization = 'edm', num_steps = 18, rho = 7, C_1 = 0.001, C_2 = 0.008, M = 1000 } = settings;
  const { least, low, high } = ends(settings);
  const steps = number(num_steps);
  const shares = Array.from({ length: steps }, (_, i) => i / (steps - 1));
  if (discretization === 'vp') {
    const { sigma } = preserving(settings);
    return shares.map((share) => sigma(1 + share * (least - 1)));
  }
  if (discretization === 've') return shares.map((share) => high * (low / high) ** share);
  if (discretization === 'edm') {
    const root = (sigma: number) => sigma ** (1 / number(rho));
    return shares.map((share) => (root(high) + share * (root(low) - root(high))) ** number(rho));
  }
  const length = number(M);
  const product = (j: number) => Math.sin(((Math.PI / 2) * j) / length / (number(C_2) + 1)) ** 2;
  const table = [0];
  for (let j = length; j > 0; j--)
    table.push(Math.sqrt(((table.at(-1) ?? 0) ** 2 + 1) / Math.max(product(j - 1) / product(j), number(C_1)) - 1));
  const within = table.reverse().filter((sigma) => sigma >= low && sigma <= high);
  return shares.map((_, i) => within[halfToEven(((within.length - 1) / (steps - 1)) * i)] ?? Number.NaN);
}

/** Rounds as Python and PyTorch do. */
function halfToEven(x: number): number {
  return x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}
