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
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { cutting } from './diffusers-cut.js';
import { diffusersInversion } from './diffusers-inversion.js';
import { askedAt, predictionOf } from './diffusers-reading.js';
import { betweenLevels, cuttingDataOnly, endingNoisily } from './diffusers-steps.js';
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
  const cut = cutting(golden);
  const run = {
    start: numbers(golden.start),
    noise: golden.noise === undefined ? [] : slices(golden.noise),
    drawsEveryStep: kind.startsWith('SASolver'),
  };
  return async () => {
    if (kind === 'DDIMInverseScheduler') return diffusersInversion(golden, sampler, denoiser);
    if (golden.sigmas === undefined) {
      const { levels, targets } = discreteLevels(golden, kind, config);
      const dataOnly = kind.startsWith('DDIM') && record(golden.step_kwargs ?? {}).use_clipped_model_output !== true;
      const noisyEnd =
        /^(fixed_large|learned.*)$/.test(String(config.variance_type)) && (numbers(golden.timesteps).at(-1) ?? 0) > 0;
      const { evaluated } = await goldenSampler({
        ...run,
        sampler,
        wrap(each, lift) {
          if (!kind.startsWith('DDIM')) return noisyEnd ? endingNoisily(each) : each;
          return betweenLevels(targets, dataOnly ? cuttingDataOnly(lift(cut), each) : each);
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
      denoiser: (...asked) => cut(peer(...asked)),
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
  const stride = Math.floor(table.length / number(golden.num_inference_steps ?? timesteps.length));
  return { levels: [...Array.from(timesteps, at), last], targets: Array.from(timesteps, (t) => ({ to: at(t - stride) })) };
}

/** Classes with sigmas: in scale 1 (Euler, Heun, EDM …), of variance one (the DPM-Solver family), or on a straight flow. */
function continuousLevels(golden: GoldenCase, kind: string, config: JsonRecord, denoiser: GoldenDenoiser) {
  // Some classes list a sigma more than they use.
  const sigmas = Array.from(numbers(golden.sigmas)).slice(0, numbers(golden.timesteps).length + 1);
  if (/Heun|KDPM2/.test(kind)) sigmas.splice(0, sigmas.length, ...sigmas.filter((sigma, i) => sigma !== sigmas[i - 1]));
  if (golden.model_kind === 'edm')
    return {
      form: 'variance exploding',
      levels: sigmas.map((sigma) => levelOf(1, sigma)),
      peer: ((x, level) => denoiser(x, level)) satisfies PeerDenoiser,
    } as const;
  const prediction = golden.model_kind === 'flow' ? 'flow_prediction' : predictionOf(golden);
  const table = alphasCumprod(config, kind);
  const modelLevel = (t: number) => (prediction === 'flow_prediction' ? levelOf(1 - t / 1000, t / 1000) : tableLevel(table, t));
  const peer = askedAt(golden, modelLevel, prediction, denoiser);
  if (golden.model_kind === 'flow' || config.use_flow_sigmas === true)
    return { form: 'flow', levels: sigmas.map((sigma) => levelOf(1 - sigma, sigma)), peer } as const;
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
