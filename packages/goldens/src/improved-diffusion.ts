/** Trajectories of improved-diffusion, and of guided-diffusion, which grew out of it: ancestral, DDIM and reverse DDIM sampling over respaced timesteps. */
import type { NoiseLevel } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { alphasCumprod } from './diffusers-table.js';
import type { GoldenCase, GoldenHeader, JsonRecord } from './golden-file.js';
import { type GoldenDenoiser, goldenSampler, levelOf, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { number, numbers, slices, text } from './read.js';

/**
 * A run of `sampler` over the respaced timesteps of a case, from the noisiest on, or from the least noisy for a reverse run.
 * @param options.denoiser in place of the exact one of the case's mixture
 */
export function improvedDiffusionTrajectory(
  golden: GoldenCase,
  header: GoldenHeader,
  sampler: Played,
  options: { readonly denoiser?: GoldenDenoiser } = {},
): () => Promise<Comparison> {
  return async () => {
    const used = improvedDiffusionLevels(golden);
    const reverse = text(golden.method) === 'ddim_reverse_sample';
    const levels = reverse ? [...used, levelOf(0, 1)] : [...used.reverse(), levelOf(1, 0)];
    const [start = new Float64Array()] = slices(golden.trajectory);
    const exact = mixtureDenoiser(mixtureOf(golden, header));
    const { denoiser = (x, level) => exact(x, level, undefined) } = options;
    const { states } = await goldenSampler({
      sampler,
      wrap: (each) => (reverse ? { ...each, path: 'any' } : each),
      form: 'variance preserving',
      levels,
      denoiser: (x, level, _, moment) => denoiser(x, level, moment),
      start,
      noise: slices(golden.noise),
      drawsEveryStep: true,
    });
    return { trajectory: [states, golden.trajectory ?? null] };
  };
}

/** The levels of a case's respaced timesteps, the least noisy first. */
export function improvedDiffusionLevels(golden: GoldenCase): NoiseLevel[] {
  const table = alphasCumprod(named(text(golden.schedule), number(golden.T)), 'DDPM');
  return Array.from(numbers(golden.timestep_map), (t) => {
    const product = table[t] ?? Number.NaN;
    return levelOf(Math.sqrt(product), Math.sqrt(1 - product));
  });
}

/** What the peer's names of schedules stand for, in the words of a diffusers configuration. */
function named(schedule: string, count: number): JsonRecord {
  if (schedule === 'linear') return { num_train_timesteps: count, beta_start: 0.1 / count, beta_end: 20 / count };
  if (schedule === 'cosine') return { num_train_timesteps: count, beta_schedule: 'squaredcos_cap_v2' };
  throw new Error(`the peer has no schedule ${schedule}`);
}
