/** A model as plain JSON, as `run.json` holds it, and the way from there to the values that it stands for. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Denoiser, denoiser, type Key, type Network } from '@tweedie/core';
import { meanHalf, varianceDenoiser } from '@tweedie/losses';
import { z } from 'zod';
import { type Noising, parameterizationOf, processOf, scheduleOf } from './components.js';
import { buildNetwork, networkSpec } from './network-spec.js';

export { classesOf, sampleShape } from './network-spec.js';

/** JSON of a model; schedule, process and parameterisation are expressions. */
export const modelSpec = z.strictObject({
  network: networkSpec,
  schedule: z.string(),
  process: z.string(),
  parameterization: z.string(),
});
export type ModelSpec = z.infer<typeof modelSpec>;

/** The values that a {@link ModelSpec} stands for. */
export interface Model extends Noising {
  readonly network: Network<Tensor | undefined>;
}

/** A fresh model; the network's first parameters are drawn from `key`. */
export function buildModel(spec: ModelSpec, key: Key): Model {
  const schedule = scheduleOf(spec.schedule);
  const process = processOf(spec.process, schedule);
  const parameterization = parameterizationOf(spec.parameterization, process);
  return { network: buildNetwork(spec.network, key), schedule, process, parameterization };
}

/**
 * The denoiser of a model, which notes the variance of each step if the network has learned where it lies.
 * @param objective what it was trained by, an expression
 */
export function denoiserOf(
  { network, parameterization }: Model,
  spec: ModelSpec,
  objective: string,
): Denoiser<Tensor | undefined> {
  if (!spec.network.learnedVariance) return denoiser(network, parameterization);
  // a variance that was learned as such is that of the training's steps, and of no others
  const absolute = /\blearnedLogVariance\b/.test(objective);
  return absolute ? denoiser(meanHalf(network), parameterization) : varianceDenoiser(network, parameterization);
}
