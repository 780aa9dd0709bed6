/** How classes of diffusers ask their model and read its answer, which need not be at the same level. */
import type { NoiseLevel } from '@tweedie/core';
import type { GoldenCase } from './golden-file.js';
import type { GoldenDenoiser, PeerDenoiser } from './golden-sampler.js';
import { numbers, record } from './read.js';

/** What the model of a case predicts. */
export function predictionOf(golden: GoldenCase): string {
  const { prediction_type } = record(golden.scheduler_config);
  return typeof prediction_type === 'string' ? prediction_type : 'epsilon';
}

/** A model asked at the timestep of each call, whose prediction is then read at the level of the step. */
export function askedAt(
  golden: GoldenCase,
  modelLevel: (t: number) => NoiseLevel,
  prediction: string,
  denoiser: GoldenDenoiser,
): PeerDenoiser {
  const timesteps = numbers(golden.timesteps);
  return (x, level, call) => {
    const asked = modelLevel(timesteps[call] ?? Number.NaN);
    return readAs(prediction, x, denoiser(x, asked), asked, level);
  };
}

/** The estimate of x0 at `level` that follows from the prediction of a model that gave `x0` for `x` at the level `asked`. */
export function readAs(
  prediction: string,
  x: Float64Array,
  x0: Float64Array,
  asked: NoiseLevel,
  level: NoiseLevel,
): Float64Array {
  const { alpha, sigma } = level;
  return x.map((value, i) => {
    const data = x0[i] ?? 0;
    const noise = (value - asked.alpha * data) / asked.sigma;
    if (prediction === 'sample' || prediction === 'original_sample') return data;
    if (prediction === 'epsilon') return (value - sigma * noise) / alpha;
    if (prediction === 'v_prediction') return alpha * value - sigma * (asked.alpha * noise - asked.sigma * data);
    if (prediction === 'flow_prediction') return value - sigma * (noise - data);
    throw new Error(`a model that predicts ${prediction} is not known`);
  });
}
