/** Trajectories of the DPM-Solver authors' code: continuous times of a variance preserving process. */
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { goldenSampler, levelOf } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { cappingOrder, fallingToOne, multistepRequest } from './multistep-peers.js';
import { number, numbers, record, slices, text } from './read.js';

/**
 * A run of `sampler` over the times of a case that evaluates its model once per step. A multistep run lists `x` from the start
 * on, a singlestep one after each step; a run that denoises to zero ends on clean data.
 * Multistep runs of less than ten steps end at low orders.
 */
export function dpmSolverTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Sampler<Float64Array>): () => Comparison {
  return () => {
    const { t_end, denoise_to_zero, lower_order_final, steps } = record(golden.sample_kwargs);
    const falls = multistepRequest(golden) !== undefined && lower_order_final !== false && number(steps) < 10;
    const level = dpmSolverLevel(text(golden.schedule));
    const called = Array.from(numbers(golden.model_t), level);
    const end = denoise_to_zero === true ? levelOf(1, 0) : level(t_end === undefined ? 1 / 1000 : number(t_end));
    const exact = mixtureDenoiser(mixtureOf(golden, header));
    const start = numbers(golden.start);
    const { states, final } = goldenSampler({
      sampler: falls ? cappingOrder(sampler, (index) => fallingToOne(index, number(steps))) : sampler,
      form: 'variance preserving',
      levels: [...called, end],
      denoiser: (x, at) => exact(x, at, undefined),
      start,
    });
    const listed = slices(golden.intermediates).length;
    return {
      intermediates: [states.subarray(states.length - listed * start.length), golden.intermediates ?? null],
      final: [final, golden.final ?? null],
    };
  };
}

/** The level of a time, under the schedule that a case names. */
export function dpmSolverLevel(schedule: string): (t: number) => NoiseLevel {
  return schedule === 'linear' ? linear : discrete;
}

/** β from 0.1 to 20: `ln alpha = −t²·(20 − 0.1)/4 − 0.1·t/2`. */
function linear(t: number): NoiseLevel {
  return ofLogAlpha((-t * t * (20 - 0.1)) / 4 - (0.1 * t) / 2);
}

/** `ln alpha` linear between the nodes `t = (i + 1)/1000` of the table. */
function discrete(t: number): NoiseLevel {
  const position = Math.max(0, t * 1000 - 1);
  const below = Math.min(998, Math.floor(position + 1e-9));
  const share = position - below;
  return ofLogAlpha((1 - share) * (logAlphas[below] ?? 0) + share * (logAlphas[below + 1] ?? 0));
}

const logAlphas = Float64Array.from({ length: 1000 });
let sum = 0;
for (let i = 0; i < 1000; i++) {
  sum += Math.log1p(-(1e-4 + ((0.02 - 1e-4) * i) / 999)) / 2;
  logAlphas[i] = sum;
}

function ofLogAlpha(logAlpha: number): NoiseLevel {
  return levelOf(Math.exp(logAlpha), Math.sqrt(-Math.expm1(2 * logAlpha)));
}
