/** The images behind a run in two parts: those to learn from, and those held out to test what was learned. */
import { invalid } from '@tweedie/core';
import type { ImageDataset } from '@tweedie/data';
import type { FeatureRows } from '@tweedie/evaluation';
import type { DataSpec } from './data.js';
import { mnistFiles } from './mnist-files.js';

/** Images in two parts. */
export interface RealImages {
  readonly training: ImageDataset;
  readonly heldOut: ImageDataset;
}

/**
 * The images of a run: of MNIST its own two files.
 * @throws RangeError (`images-missing`) for points
 */
export async function realImages(spec: DataSpec): Promise<RealImages> {
  if (spec.kind === 'points')
    throw invalid('images-missing', `a classifier reads images, and the data are points: ${spec.source}`);
  return { training: await mnistFiles('train'), heldOut: await mnistFiles('test') };
}

/** Images in [−1, 1], a row each; without `count`, all from `first` on. */
export function imageRows({ pixels, size }: ImageDataset, count: number = size, first = 0): FeatureRows {
  const columns = pixels.length / size;
  const values = new Float32Array(pixels.subarray(first * columns, (first + count) * columns));
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / 127.5 - 1;
  return { values, columns };
}
