/** Trajectories of the DPM-Solver authors' code: continuous times of a variance preserving process. */
import type { NoiseLevel } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { alphasCumprod } from './diffusers-table.js';
import type { GoldenCase, GoldenHeader, JsonRecord } from './golden-file.js';
import { goldenSampler, levelOf, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { cappingOrder, fallingToOne, multistepRequest } from './multistep-peers.js';
import { number, numbers, record, text } from './read.js';

/**
 * A run of `sampler` over the times of a case that evaluates its model once per step. A multistep run lists `x` from the start
 * on, a singlestep one after each step; a run that denoises to zero ends on clean data, and one that inverts rises.
 * Multistep runs of less than ten steps end at low orders.
 */
export function dpmSolverTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  return async () => {
    const { t_end, denoise_to_zero, lower_order_final } = record(golden.sample_kwargs);
    const level = dpmSolverLevel(text(golden.schedule), golden);
    const called = Array.from(numbers(golden.model_t), level);
    const toZero = denoise_to_zero === true;
    const steps = called.length - (toZero ? 1 : 0);
    const falls = multistepRequest(golden) !== undefined && lower_order_final !== false && steps < 10;
    const end = toZero ? levelOf(1, 0) : level(t_end == null ? undefined : number(t_end));
    const exact = mixtureDenoiser(mixtureOf(golden, header));
    const { states, final } = await goldenSampler({
      sampler,
      wrap: (each) => ({ ...(falls ? cappingOrder(each, (index) => fallingToOne(index, steps)) : each), path: 'any' }),
      form: 'variance preserving',
      levels: [...called, end],
      denoiser: (x, at) => exact(x, at, undefined),
      start: numbers(golden.start),
    });
    return dpmSolverComparison(golden, states, final);
  };
}

/** What a case lists: the result, and `x` at as many of the last levels as there are intermediates, if any. */
export function dpmSolverComparison(golden: GoldenCase, states: Float64Array, final: Float64Array): Comparison {
  const result = { final: [final, golden.final ?? null] } as const;
  if (golden.intermediates === undefined) return result;
  const listed = numbers(golden.intermediates);
  return { ...result, intermediates: [states.subarray(states.length - listed.length), listed] };
}

/**
 * The level of a time, under the schedule that a case names; of the peer's default end without one.
 * @param golden whatever else it says of the schedule: the ends of β, the table of them or its kind
 */
export function dpmSolverLevel(schedule: string, golden: JsonRecord = {}): (t?: number) => NoiseLevel {
  const asked = { ...golden, ...record(golden.schedule_kwargs ?? {}) };
  if (schedule !== 'linear') return discrete(schedule, asked);
  const [first, last] = [number(asked.continuous_beta_0 ?? 0.1), number(asked.continuous_beta_1 ?? 20)];
  return (t = 1 / 1000) => ofLogAlpha((-t * t * (last - first)) / 4 - (first * t) / 2);
}

/** `ln alpha` linear between the nodes `t = (i + 1)/N` of the table, and on beyond them, which the peer cuts where it is noisier than λ = −5.1. */
function discrete(schedule: string, asked: JsonRecord): (t?: number) => NoiseLevel {
  const cosine = schedule.includes('cosine') ? { beta_schedule: 'squaredcos_cap_v2' } : {};
  const table = alphasCumprod({ ...cosine, ...asked, trained_betas: asked.betas ?? null }, 'DDIM');
  const logAlphas = table
    .map((product) => Math.log(product) / 2)
    .filter((log) => log - Math.log(-Math.expm1(2 * log)) / 2 >= -5.1);
  const count = logAlphas.length;
  return (t = 1 / count) => {
    const position = t * count - 1;
    const below = Math.min(count - 2, Math.max(0, Math.floor(position + 1e-9)));
    const share = position - below;
    return ofLogAlpha((1 - share) * (logAlphas[below] ?? 0) + share * (logAlphas[below + 1] ?? 0));
  };
}

function ofLogAlpha(logAlpha: number): NoiseLevel {
  return levelOf(Math.exp(logAlpha), Math.sqrt(-Math.expm1(2 * logAlpha)));
}
