/** Trajectories of k-diffusion and of EDM's sampler: `x = x0 + sigma·eps`, a table of sigmas, the exact denoiser. */
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { discretized } from './edm-ablation.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { goldenSampler, levelOf, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { numbers, record, slices } from './read.js';

/** A run of `sampler` over the sigmas of a k-diffusion case, compared at each step's first evaluation and at the end. */
export function kDiffusionTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  return async () => {
    const { opened, final } = await run(golden, header, sampler, numbers(golden.sigmas), numbers(golden.start));
    return {
      callback_x: [opened, golden.callback_x ?? null],
      final: [final, golden.final ?? null],
    };
  };
}

/** A run of `sampler` over the sigmas that the arguments of an EDM case ask for, compared at each step. */
export function edmTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  return async () => {
    const sigmas = [...discretized(record(golden.kwargs)), 0];
    const start = numbers(golden.latents).map((x) => x * (sigmas[0] ?? 1));
    const { states } = await run(golden, header, sampler, sigmas, start);
    return { trajectory: [states, golden.trajectory ?? null] };
  };
}

function run(golden: GoldenCase, header: GoldenHeader, sampler: Played, sigmas: ArrayLike<number>, start: Float64Array) {
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  return goldenSampler({
    sampler,
    form: 'variance exploding',
    levels: Array.from(sigmas, (sigma) => levelOf(1, sigma)),
    denoiser: (x, level) => exact(x, level, undefined),
    start,
    noise: golden.noise === undefined ? [] : slices(golden.noise),
    drawsEveryStep: true,
  });
}
