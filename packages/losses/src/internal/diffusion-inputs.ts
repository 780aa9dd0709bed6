import { tidy } from '@tensorflow/tfjs-core';
import { type Key, type Network, type NoiseLevel, normal, split, type TimeSampler } from '@tweedie/core';
import type { DiffusionBatch, DiffusionInputs } from '../diffusion-loss.js';
import { noisyInputs, type Training } from '../noisy-inputs.js';
import { given } from './given.js';
import { drawTimes, timed } from './timed.js';

/** A batch at noise levels drawn from the key, and the levels. */
export function diffusionInputs<Condition>(
  network: Pick<Network, 'masks'>,
  training: Training & { readonly times: TimeSampler },
  batch: DiffusionBatch<Condition>,
  key: Key,
  memory: unknown,
): { readonly inputs: DiffusionInputs<Condition>; readonly levels: readonly NoiseLevel[] } {
  const { x } = batch;
  const [timesKey = key, noiseKey = key] = split(key);
  const draw = drawTimes(training.times, timesKey, x.shape[0] ?? 0, memory);
  const levels = draw.times.map((t) => training.process.at(t));
  const noisy = tidy(() => ({ ...noisyInputs(training, x, normal(noiseKey, x.shape), levels), ...timed(draw) }));
  return { inputs: { ...noisy, ...given(network, batch, key) }, levels };
}
