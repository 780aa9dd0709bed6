/** What a run trains on: MNIST, or a distribution of points. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type BatchOptions, batches, centred, meanOf, type PointSource, pointBatches } from '@tweedie/data';
import type { DiffusionBatch } from '@tweedie/losses';
import { z } from 'zod';
import { pointsOf } from './components.js';
import { mnistFiles } from './mnist-files.js';

const positive = z.int().positive();

/** JSON of the data. */
export const dataSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mnist'),
    size: z.tuple([positive, positive, positive]),
    classes: positive,
    /** Subtracted before training. */ mean: z.number(),
  }),
  /** An expression over the exports of `@tweedie/data`. */
  z.strictObject({ kind: z.literal('points'), source: z.string() }),
]);
export type DataSpec = z.infer<typeof dataSpec>;

/** Data at hand. */
export interface TrainingData {
  readonly spec: DataSpec;
  batches(options: BatchOptions): Iterable<DiffusionBatch<Tensor | undefined>>;
}

/** The data that `--data` names: `mnist`, or a distribution of points such as `moons` or `eightGaussians({ deviation: 0.1 })`. */
export async function dataNamed(name: string): Promise<TrainingData> {
  if (name !== 'mnist') return points({ kind: 'points', source: name });
  const images = await mnistFiles('train');
  const { height, width, channels } = images;
  return mnist({ kind: 'mnist', size: [height, width, channels], classes: 10, mean: meanOf(images) }, images);
}

/** The data of a run. */
export async function openData(spec: DataSpec): Promise<TrainingData> {
  return spec.kind === 'points' ? points(spec) : mnist(spec, await mnistFiles('train'));
}

/** How `--data` names the data. */
export function nameOf(spec: DataSpec): string {
  return spec.kind === 'points' ? spec.source : spec.kind;
}

/** The names of the classes, in the order of their labels; none where there are no classes. */
export function classNamesOf(spec: DataSpec): readonly string[] {
  return spec.kind === 'points' ? [] : Array.from({ length: spec.classes }, (_, k) => String(k));
}

/** The distribution, if the data are points of one: what an objective may refer to as `data`. */
export function sourceOf(spec: DataSpec): PointSource | undefined {
  return spec.kind === 'points' ? pointsOf(spec.source) : undefined;
}

function points(spec: DataSpec & { readonly kind: 'points' }): TrainingData {
  const source = pointsOf(spec.source);
  return {
    spec,
    *batches(options) {
      for (const x of pointBatches(source, options)) yield { x };
    },
  };
}

function mnist(spec: DataSpec & { readonly kind: 'mnist' }, images: Awaited<ReturnType<typeof mnistFiles>>): TrainingData {
  const data = centred(images, spec.mean);
  return { spec, batches: (options) => batches(data, options) };
}
