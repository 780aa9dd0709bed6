/** A model as plain JSON, as `run.json` holds it, and the way from there to the values that it stands for. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Denoiser, denoiser, type Key, type Network } from '@tweedie/core';
import { meanHalf, varianceDenoiser } from '@tweedie/losses';
import { compactUnet, mlp } from '@tweedie/networks';
import { z } from 'zod';
import { type Noising, parameterizationOf, processOf, scheduleOf } from './components.js';

const positive = z.int().positive();

/** The output has twice the channels, the second half of which say the variance of a step. */
const learnedVariance = z.boolean().default(false);

const networkSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compact-unet'),
    image: z.tuple([positive, positive, positive]),
    widths: z.array(positive).min(1),
    blocks: z.tuple([z.int().nonnegative(), positive, z.int().nonnegative()]),
    classes: z.int().nonnegative(),
    patch: positive,
    groups: positive,
    embedding: positive,
    noiseScale: z.number().positive(),
    learnedVariance,
  }),
  z.strictObject({
    kind: z.literal('mlp'),
    features: positive,
    width: positive,
    layers: positive,
    embedding: positive,
    noiseScale: z.number().positive(),
    learnedVariance,
  }),
]);

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

/** The shape of one sample. */
export function sampleShape(network: ModelSpec['network']): readonly number[] {
  return network.kind === 'mlp' ? [network.features] : network.image;
}

/** Number of classes that the network is told of, 0 if it is told of none. */
export function classesOf(network: ModelSpec['network']): number {
  return network.kind === 'mlp' ? 0 : network.classes;
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

function buildNetwork(spec: ModelSpec['network'], key: Key): Network<Tensor | undefined> {
  const channels = sampleShape(spec).at(-1) ?? 1;
  const { kind: _, learnedVariance, ...sizes } = spec;
  const outputs = learnedVariance ? 2 * channels : channels;
  return 'image' in sizes ? compactUnet({ ...sizes, outputs, key }) : mlp({ ...sizes, outputs, key });
}
