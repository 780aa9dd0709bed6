/** The images behind a run in two parts: those to learn from, and those held out to test what was learned. */
import { invalid, key } from '@tweedie/core';
import { type ImageDataset, labelledImages, permutation } from '@tweedie/data';
import type { FeatureRows } from '@tweedie/evaluation';
import type { DataSpec } from './data.js';
import { folderImages } from './image-data.js';
import { mnistFiles } from './mnist-files.js';

/** Images in two parts. */
export interface RealImages {
  readonly training: ImageDataset;
  readonly heldOut: ImageDataset;
}

const HELD_OUT = 0.1;

/**
 * The images of a run: of MNIST its own two files; of a folder nine tenths, and one that only the model has learned from.
 * @throws RangeError (`images-missing`) for points, (`images-too-few`) for a folder of fewer than 20 images; Error as `folderImages`
 */
export async function realImages(spec: DataSpec): Promise<RealImages> {
  switch (spec.kind) {
    case 'points':
      throw invalid('images-missing', `a classifier reads images, and the data are points: ${spec.source}`);
    case 'images':
      return divided(await folderImages(spec));
    case 'mnist':
      return { training: await mnistFiles('train'), heldOut: await mnistFiles('test') };
  }
}

const LEAST = 20;

/** Nine tenths of the images and one, by chance, but always the same. */
export function divided(images: ImageDataset): RealImages {
  if (images.size < LEAST)
    throw invalid('images-too-few', `${LEAST} images are the fewest to hold a tenth of them out, got ${images.size}`);
  const order = permutation(key(0), images.size);
  const count = Math.round(HELD_OUT * images.size);
  return { heldOut: chosen(images, order.subarray(0, count)), training: chosen(images, order.subarray(count)) };
}

function chosen(images: ImageDataset, indices: Uint32Array): ImageDataset {
  const { pixels, labels, size } = images;
  const columns = pixels.length / size;
  const some = new Uint8Array(indices.length * columns);
  for (const [i, index] of indices.entries()) some.set(pixels.subarray(index * columns, (index + 1) * columns), i * columns);
  return labelledImages({ ...images, pixels: some, labels: Int32Array.from(indices, (index) => labels[index] ?? 0) });
}

/** Images in [−1, 1], a row each; without `count`, all from `first` on. */
export function imageRows({ pixels, size }: ImageDataset, count: number = size, first = 0): FeatureRows {
  const columns = pixels.length / size;
  const values = new Float32Array(pixels.subarray(first * columns, (first + count) * columns));
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / 127.5 - 1;
  return { values, columns };
}
