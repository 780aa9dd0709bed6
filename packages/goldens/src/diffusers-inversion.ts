/**
 * DDIM inversion in diffusers: it asks its model at the timestep that it steps to, and reads the answer `T//n` before. A first
 * step that leaves clean data is passed over: there x says nothing of the noise, and an estimate of x0 cannot carry any.
 */
import type { Comparison } from './describe-goldens.js';
import { cutting } from './diffusers-cut.js';
import { predictionOf, readAs } from './diffusers-reading.js';
import { betweenLevels, cuttingDataOnly } from './diffusers-steps.js';
import { alphasCumprod, tableLevel } from './diffusers-table.js';
import type { GoldenCase } from './golden-file.js';
import { type GoldenDenoiser, goldenSampler, levelOf, type Played } from './golden-sampler.js';
import { number, numbers, record, slices } from './read.js';

/** A run of `sampler` from data to noise, compared at every level. */
export async function diffusersInversion(golden: GoldenCase, sampler: Played, denoiser: GoldenDenoiser): Promise<Comparison> {
  const config = record(golden.scheduler_config);
  const table = alphasCumprod(config, 'DDIM');
  const clean = config.set_alpha_to_one === false ? tableLevel(table, 0) : levelOf(1, 0);
  const stride = Math.floor(table.length / number(golden.num_inference_steps));
  const steps = Array.from(numbers(golden.timesteps), (t) => ({
    from: t < stride ? clean : tableLevel(table, t - stride),
    to: tableLevel(table, t),
  }));
  const passed = steps[0]?.from.sigma === 0 ? 1 : 0;
  const walked = steps.slice(passed);
  const expected = slices(golden.trajectory).slice(passed);
  const prediction = predictionOf(golden);
  const { states } = await goldenSampler({
    sampler,
    wrap: (each, lift) => betweenLevels(walked, cuttingDataOnly(lift(cutting(golden)), each)),
    form: 'variance preserving',
    levels: [...walked.slice(0, 1).map(({ from }) => from), ...walked.map(({ to }) => to)],
    denoiser: (x, level, call) => {
      const { to: asked = level } = walked[call] ?? {};
      return readAs(prediction, x, denoiser(x, asked), asked, level);
    },
    start: expected[0] ?? new Float64Array(),
  });
  return { trajectory: [states, Float64Array.from(expected.flatMap((x) => [...x]))] };
}
