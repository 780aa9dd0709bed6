/**
 * Trajectories of diffusers: how its classes place levels and ask their model, so that one of our samplers can walk the same
 * way. The quirks live here and not in the samplers:
 *
 * - DDIM steps to `t − T//n`, whatever timestep comes next, and some runs end with a step to where they are;
 * - DDIM clips x0 and keeps the noise of the unclipped estimate beside it, unless `use_clipped_model_output`;
 * - DDPM with the large variance, or a learned one, adds noise also in a step to clean data, unless it leaves from timestep 0;
 * - short runs of DPM-Solver that end above `sigma = 0` take their last step at first order, and the one before at second;
 * - other classes step between sigmas of their own but evaluate the model at a timestep near by, and combine its prediction
 *   with the step's sigma.
 */
import type { NoiseLevel } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { cuttingDataOnly, endingNoisily, steppingTo } from './diffusers-steps.js';
import { alphasCumprod, tableLevel } from './diffusers-table.js';
import type { GoldenCase, GoldenHeader, JsonRecord } from './golden-file.js';
import { type GoldenDenoiser, goldenSampler, levelOf, type PeerDenoiser, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { cappingOrder, fallingToOne } from './multistep-peers.js';
import { number, numbers, record, slices, text } from './read.js';

/**
 * A run of `sampler` over the timesteps or sigmas of a case, to be compared at each evaluation of the model.
 * @param options.denoiser in place of the exact one of the case's mixture, as E[x0 | x_t] at the model's own level
 */
export function diffusersTrajectory(
  golden: GoldenCase,
  header: GoldenHeader,
  sampler: Played,
  options: { readonly denoiser?: GoldenDenoiser } = {},
): () => Promise<Comparison> {
  const kind = text(golden.class);
  const config = record(golden.scheduler_config);
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  const { denoiser = (x, level) => exact(x, level, undefined) } = options;
  const run = {
    start: numbers(golden.start),
    noise: golden.noise === undefined ? [] : slices(golden.noise),
    drawsEveryStep: kind.startsWith('SASolver'),
  };
  return async () => {
    if (kind === 'DDIMInverseScheduler') return inversion(golden, config, sampler, denoiser);
    if (golden.sigmas === undefined) {
      const { levels, targets } = discreteLevels(golden, kind, config);
      const cut = (x0: Float64Array) => clipped(x0, config);
      const dataOnly = kind.startsWith('DDIM') && record(golden.step_kwargs ?? {}).use_clipped_model_output !== true;
      const noisyEnd =
        /^(fixed_large|learned.*)$/.test(String(config.variance_type)) && (numbers(golden.timesteps).at(-1) ?? 0) > 0;
      const { evaluated } = await goldenSampler({
        ...run,
        sampler,
        wrap(each, lift) {
          if (!kind.startsWith('DDIM')) return noisyEnd ? endingNoisily(each) : each;
          return steppingTo(targets, dataOnly ? cuttingDataOnly(lift(cut), each) : each);
        },
        form: 'variance preserving',
        levels,
        denoiser: (x, level, _, moment) => (dataOnly ? denoiser(x, level, moment) : cut(denoiser(x, level, moment))),
      });
      return { trajectory: [evaluated, golden.trajectory ?? null] };
    }
    const { form, levels, peer } = continuousLevels(golden, kind, config, denoiser);
    const { evaluated } = await goldenSampler({
      ...run,
      sampler,
      wrap: (each) => ({ ...cappingOrder(each, orderCap(kind, config)), path: 'any' }),
      form,
      levels,
      denoiser: peer,
    });
    return { trajectory: [evaluated, golden.trajectory ?? null] };
  };
}

/** The orders to which the DPM-Solver family falls back in its last two steps, though it ends above `sigma = 0`. */
function orderCap(kind: string, config: JsonRecord): (index: number, count: number) => number {
  if (!/^(EDM)?DPMSolverMultistep/.test(kind)) return () => Infinity;
  const falls = (count: number) => config.lower_order_final !== false && count < 15;
  return (index, count) => {
    if (config.euler_at_final === true && index === count - 1) return 1;
    return falls(count) ? fallingToOne(index, count) : Infinity;
  };
}

/** DDPM and DDIM: timesteps of the table. */
function discreteLevels(golden: GoldenCase, kind: string, config: JsonRecord) {
  const table = alphasCumprod(config, kind);
  const at = (t: number) => (t < 0 ? last : tableLevel(table, t));
  const last = kind.startsWith('DDIM') && config.set_alpha_to_one === false ? tableLevel(table, 0) : levelOf(1, 0);
  const timesteps = numbers(golden.timesteps);
  const stride = Math.floor(table.length / timesteps.length);
  return { levels: [...Array.from(timesteps, at), last], targets: Array.from(timesteps, (t) => at(t - stride)) };
}

/**
 * DDIM inversion asks its model at the timestep that it steps to. Its first step leaves clean data, where x says nothing of
 * the noise and an estimate of x0 cannot carry any: we start from what that step gave.
 */
async function inversion(
  golden: GoldenCase,
  config: JsonRecord,
  sampler: Played,
  denoiser: (x: Float64Array, level: NoiseLevel) => Float64Array,
): Promise<Comparison> {
  const table = alphasCumprod(config, 'DDIM');
  const levels = Array.from(numbers(golden.timesteps), (t) => tableLevel(table, t));
  const [, start = new Float64Array(), ...rest] = slices(golden.trajectory);
  const peer: PeerDenoiser = (x, level, call) =>
    readAs('epsilon', x, denoiser(x, levels[call + 1] ?? level), levels[call + 1] ?? level, level);
  const { states } = await goldenSampler({
    sampler,
    wrap: (each) => ({ ...each, path: 'any' }),
    form: 'variance preserving',
    levels,
    denoiser: peer,
    start,
  });
  return { trajectory: [states, Float64Array.from([start, ...rest].flatMap((x) => [...x]))] };
}

/** Classes with sigmas: in scale 1 (Euler, Heun, EDM …), of variance one (the DPM-Solver family), or on a straight flow. */
function continuousLevels(
  golden: GoldenCase,
  kind: string,
  config: JsonRecord,
  denoiser: (x: Float64Array, level: NoiseLevel) => Float64Array,
) {
  // Some classes list a sigma more than they use.
  const sigmas = Array.from(numbers(golden.sigmas)).slice(0, numbers(golden.timesteps).length + 1);
  if (/Heun|KDPM2/.test(kind)) sigmas.splice(0, sigmas.length, ...sigmas.filter((sigma, i) => sigma !== sigmas[i - 1]));
  if (golden.model_kind === 'edm')
    return { form: 'variance exploding', levels: sigmas.map((sigma) => levelOf(1, sigma)), peer: denoiser } as const;
  if (golden.model_kind === 'flow' || config.use_flow_sigmas === true) {
    const flow = sigmas.map((sigma) => levelOf(1 - sigma, sigma));
    return {
      form: 'flow',
      levels: flow,
      peer: askedAt(golden, (t) => levelOf(1 - t / 1000, t / 1000), 'flow_prediction', denoiser),
    } as const;
  }
  const table = alphasCumprod(config, kind);
  const prediction = typeof config.prediction_type === 'string' ? config.prediction_type : 'epsilon';
  const peer = askedAt(golden, (t) => tableLevel(table, t), prediction, denoiser);
  if (/^(Euler|Heun|LMS|KDPM2)/.test(kind)) {
    // The model is asked in variance one: x/√(σ² + 1).
    const scaled: PeerDenoiser = (x, level, call) => {
      const alpha = 1 / Math.hypot(1, level.sigma);
      return peer(
        x.map((value) => alpha * value),
        levelOf(alpha, alpha * level.sigma),
        call,
      );
    };
    return { form: 'variance exploding', levels: sigmas.map((sigma) => levelOf(1, sigma)), peer: scaled } as const;
  }
  const levels = sigmas.map((sigma) => levelOf(1 / Math.hypot(1, sigma), sigma / Math.hypot(1, sigma)));
  return { form: 'variance preserving', levels, peer } as const;
}

/** A model asked at the timestep of each call, whose prediction is then read at the level of the step. */
function askedAt(
  golden: GoldenCase,
  modelLevel: (t: number) => NoiseLevel,
  prediction: string,
  denoiser: (x: Float64Array, level: NoiseLevel) => Float64Array,
): PeerDenoiser {
  const timesteps = numbers(golden.timesteps);
  return (x, level, call) => {
    const asked = modelLevel(timesteps[call] ?? Number.NaN);
    return readAs(prediction, x, denoiser(x, asked), asked, level);
  };
}

/** The estimate of x0 at `level` that follows from the prediction of a model that gave `x0` for `x` at the level `asked`. */
function readAs(prediction: string, x: Float64Array, x0: Float64Array, asked: NoiseLevel, level: NoiseLevel): Float64Array {
  const { alpha, sigma } = level;
  return x.map((value, i) => {
    const data = x0[i] ?? 0;
    const noise = (value - asked.alpha * data) / asked.sigma;
    if (prediction === 'sample') return data;
    if (prediction === 'epsilon') return (value - sigma * noise) / alpha;
    if (prediction === 'v_prediction') return alpha * value - sigma * (asked.alpha * noise - asked.sigma * data);
    return value - sigma * (noise - data);
  });
}

function clipped(x0: Float64Array, config: JsonRecord): Float64Array {
  if (config.clip_sample === false) return x0;
  const range = number(config.clip_sample_range ?? 1);
  return x0.map((value) => Math.min(range, Math.max(-range, value)));
}
