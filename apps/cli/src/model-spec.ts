/** A model as plain JSON, as `run.json` holds it, and the way from there to the values that it stands for. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ForwardProcess, Key, Network, Parameterization } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { compactUnet } from '@tweedie/networks';
import { epsilon, v, velocity, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, shifted } from '@tweedie/schedules';
import { z } from 'zod';

const PARAMETERIZATIONS = { epsilon, v, velocity, x0 } as const;

const positive = z.int().positive();

/** JSON of a model. */
export const modelSpec = z.strictObject({
  network: z.strictObject({
    kind: z.literal('compact-unet'),
    image: z.tuple([positive, positive, positive]),
    widths: z.array(positive).min(1),
    blocks: z.tuple([z.int().nonnegative(), positive, z.int().nonnegative()]),
    classes: positive,
    patch: positive,
    groups: positive,
    embedding: positive,
    noiseScale: z.number().positive(),
  }),
  process: z.strictObject({
    kind: z.literal('variance-preserving'),
    schedule: z.strictObject({
      kind: z.literal('cosine'),
      shift: z.number().positive(),
      logSnr: z.tuple([z.number(), z.number()]),
    }),
  }),
  parameterization: z.enum(Object.keys(PARAMETERIZATIONS) as (keyof typeof PARAMETERIZATIONS)[]),
});
export type ModelSpec = z.infer<typeof modelSpec>;

/** The values that a {@link ModelSpec} stands for. */
export interface Model {
  readonly network: Network<Tensor | undefined>;
  readonly process: ForwardProcess;
  readonly parameterization: Parameterization;
}

/** A fresh model; the network's first parameters are drawn from `key`. */
export function buildModel({ network, process, parameterization }: ModelSpec, key: Key): Model {
  const { kind: _, ...sizes } = network;
  const [min, max] = process.schedule.logSnr;
  return {
    network: compactUnet({ ...sizes, key }),
    process: variancePreserving(clamped(shifted(cosine(), process.schedule.shift), { min, max })),
    parameterization: PARAMETERIZATIONS[parameterization](),
  };
}
