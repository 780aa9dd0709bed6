/** The images behind a run in two parts: those to learn from, and those held out to test what was learned. */
import { invalid } from '@tweedie/core';
import type { ImageDataset } from '@tweedie/data';
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
