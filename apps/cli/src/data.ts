/** What a run trains on: MNIST, a folder of images, or a distribution of points. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import * as exported from '@tweedie/data';
import { type BatchOptions, batches, centred, meanOf, type PointSource, pointBatches } from '@tweedie/data';
import type { DiffusionBatch } from '@tweedie/losses';
import { z } from 'zod';
import { pointsOf } from './components.js';
import { imagesIn, imagesOf, imagesSpec } from './image-data.js';
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
  imagesSpec,
  /** An expression over the exports of `@tweedie/data`. */
  z.strictObject({ kind: z.literal('points'), source: z.string() }),
]);
export type DataSpec = z.infer<typeof dataSpec>;

/** Data at hand. */
export interface TrainingData {
  readonly spec: DataSpec;
  batches(options: BatchOptions): Iterable<DiffusionBatch<Tensor | undefined>>;
}

/**
 * The data that `--data` names: `mnist`; a distribution of points such as `moons` or `eightGaussians({ deviation: 0.1 })`; else a folder of
 * images. A folder that is called like one of the others is named by a path: `./mnist`.
 * @param size height and width of the images of a folder
 */
export async function dataNamed(name: string, size?: number): Promise<TrainingData> {
  if (name !== 'mnist' && !isPoints(name)) return imagesIn(name, size);
  if (size !== undefined)
    throw invalid('size-unused', `\`--size\` is for folders of images, and --data ${name} is none: leave it out`);
  if (name !== 'mnist') return points({ kind: 'points', source: name });
  const images = await mnistFiles('train');
  const { height, width, channels } = images;
  return mnist({ kind: 'mnist', size: [height, width, channels], classes: 10, mean: meanOf(images) }, images);
}

/** The data of a run. */
export async function openData(spec: DataSpec): Promise<TrainingData> {
  switch (spec.kind) {
    case 'points':
      return points(spec);
    case 'images':
      return imagesOf(spec);
    case 'mnist':
      return mnist(spec, await mnistFiles('train'));
  }
}

/** How `--data` names the data. */
export function nameOf(spec: DataSpec): string {
  switch (spec.kind) {
    case 'points':
      return spec.source;
    case 'images':
      return spec.folder;
    case 'mnist':
      return spec.kind;
  }
}

/** The names of the classes, in the order of their labels; none where there are no classes. */
export function classNamesOf(spec: DataSpec): readonly string[] {
  switch (spec.kind) {
    case 'points':
      return [];
    case 'images':
      return spec.classes.map(({ name }) => name);
    case 'mnist':
      return Array.from({ length: spec.classes }, (_, k) => String(k));
  }
}

/** The distribution, if the data are points of one: what an objective may refer to as `data`. */
export function sourceOf(spec: DataSpec): PointSource | undefined {
  return spec.kind === 'points' ? pointsOf(spec.source) : undefined;
}

/** Whether a name is, or is a call of, an export of `@tweedie/data`, as an expression spells it. */
function isPoints(name: string): boolean {
  const [, factory = ''] = /^([\w-]+)(\(|$)/.exec(name.trim()) ?? [];
  return Object.keys(exported).some((known) => known.toLowerCase() === factory.replaceAll('-', '').toLowerCase());
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
