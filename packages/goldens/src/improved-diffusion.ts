/** Trajectories of improved-diffusion: ancestral, DDIM and reverse DDIM sampling over respaced timesteps. */
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
    const table = alphasCumprod(named(text(golden.schedule), number(golden.T)), 'DDPM');
    const used = Array.from(numbers(golden.timestep_map), (t) => table[t] ?? Number.NaN);
    const reverse = text(golden.method) === 'ddim_reverse_sample';
    const products = reverse ? [...used, 0] : [...used.reverse(), 1];
    const [start = new Float64Array()] = slices(golden.trajectory);
    const exact = mixtureDenoiser(mixtureOf(golden, header));
    const { denoiser = (x, level) => exact(x, level, undefined) } = options;
    const { states } = await goldenSampler({
      sampler,
      wrap: (each) => (reverse ? { ...each, path: 'any' } : each),
      form: 'variance preserving',
      levels: products.map((product) => levelOf(Math.sqrt(product), Math.sqrt(1 - product))),
      denoiser: (x, level, _, moment) => denoiser(x, level, moment),
      start,
      noise: slices(golden.noise),
      drawsEveryStep: true,
    });
    return { trajectory: [states, golden.trajectory ?? null] };
  };
}

/** What the peer's names of schedules stand for, in the words of a diffusers configuration. */
function named(schedule: string, count: number): JsonRecord {
  if (schedule === 'linear') return { num_train_timesteps: count, beta_start: 0.1 / count, beta_end: 20 / count };
  if (schedule === 'cosine') return { num_train_timesteps: count, beta_schedule: 'squaredcos_cap_v2' };
  throw new Error(`the peer has no schedule ${schedule}`);
}
