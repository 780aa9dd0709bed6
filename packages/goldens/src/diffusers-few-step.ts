/**
 * Trajectories of the few-step classes of diffusers, with what is their own:
 *
 * - CM's model gives `x` itself back at the least sigma, where its skip connection is all there is;
 * - LCM's estimate keeps a share of `x` that falls with the timestep, so that a model is consistent at timestep 0;
 * - TCD rounds the time beyond the next one down to a timestep, and ends at timestep 0, a little short of clean data.
 */
import type { NoiseLevel } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { cutting } from './diffusers-cut.js';
import { alphasCumprod, tableLevel } from './diffusers-table.js';
import type { GoldenCase, GoldenHeader, JsonRecord } from './golden-file.js';
import { goldenSampler, levelOf, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { number, numbers, record, slices, text } from './read.js';

/** A run of `sampler` over the timesteps or sigmas of a case of CM, LCM or TCD. */
export function fewStepTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  const config = record(golden.scheduler_config);
  const { form, levels, at, answer } = text(golden.class).startsWith('CM') ? inSigma(golden, config) : inTable(golden, config);
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  return async () => {
    const { evaluated } = await goldenSampler({
      sampler,
      wrap: (each) => ({
        path: 'any',
        step: (context, x, state) => each.step({ ...context, process: { ...context.process, at } }, x, state),
      }),
      form,
      levels,
      denoiser: (x, level) => answer(x, exact(x, level, undefined), level),
      start: numbers(golden.start),
      noise: slices(golden.noise),
    });
    return { trajectory: [evaluated, golden.trajectory ?? null] };
  };
}

function inSigma(golden: GoldenCase, config: JsonRecord) {
  const least = number(config.sigma_min ?? 0.002);
  const clip = config.clip_denoised === false ? Infinity : 1;
  return {
    form: 'variance exploding',
    levels: Array.from(numbers(golden.sigmas), (sigma) => levelOf(1, sigma)),
    at: () => levelOf(1, 0),
    answer: (x: Float64Array, x0: Float64Array, { sigma }: NoiseLevel) =>
      clamped(Math.abs(sigma / least - 1) < 1e-9 ? x : x0, clip),
  } as const;
}

function inTable(golden: GoldenCase, config: JsonRecord) {
  const consistent = text(golden.class).startsWith('LCM');
  const latent = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' };
  const table = alphasCumprod({ ...latent, ...config }, 'DDIM'); // whose table may end without signal, as here
  const at = (t: number) => ({ ...tableLevel(table, Math.floor(t)), t });
  const cut = cutting(golden);
  const scaling = number(config.timestep_scaling ?? 10);
  return {
    form: 'variance preserving',
    levels: [...Array.from(numbers(golden.timesteps), at), consistent ? { ...levelOf(1, 0), t: 0 } : at(0)],
    at,
    answer(x: Float64Array, x0: Float64Array, { t }: NoiseLevel) {
      const skip = consistent ? 1 / (1 + (2 * scaling * t) ** 2) : 0; // 2 for a standard deviation of the data of 0.5
      const out = Math.sqrt(1 - skip);
      return cut(x0).map((value, i) => out * value + skip * (x[i] ?? 0));
    },
  } as const;
}

function clamped(x: Float64Array, limit: number): Float64Array {
  return x.map((value) => Math.min(limit, Math.max(-limit, value)));
}
