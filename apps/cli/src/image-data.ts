/** Training on a folder of images: what the run remembers of it, and whether the folder is still the same. */
import { createHash } from 'node:crypto';
import { invalid } from '@tweedie/core';
import { batches, centred, type ImageBytes, type ImageDataset, meanOf } from '@tweedie/data';
import { type FolderReport, imageFolder } from '@tweedie/data/node';
import { z } from 'zod';
import type { TrainingData } from './data.js';
import { expectDivisible } from './defaults.js';
import { folderLines } from './folder-lines.js';
import { say } from './say.js';

const positive = z.int().positive();
const SIDE = 32;
const CHANNELS = 3;

/** JSON of a folder of images. */
export const imagesSpec = z.strictObject({
  kind: z.literal('images'),
  /** As the command line named it. */ folder: z.string(),
  size: z.tuple([positive, positive, positive]),
  images: positive,
  /** In the order of their labels; none if the images have no class. */
  classes: z.array(z.strictObject({ name: z.string(), images: positive })),
  /** Subtracted before training. */ mean: z.number(),
  /** SHA-256 of pixels and labels as they are trained on. */ fingerprint: z.string(),
});
type ImagesSpec = z.infer<typeof imagesSpec>;

/**
 * The images of a folder, after a report of what it holds.
 * @param side height and width that they are scaled to, default 32
 * @throws RangeError (`size-not-divisible`); RangeError, Error as `imageFolder`; Error (`data-unknown`) if there is no such folder
 */
export async function imagesIn(folder: string, side: number = SIDE): Promise<TrainingData> {
  expectDivisible(side);
  const size: ImagesSpec['size'] = [side, side, CHANNELS];
  const images = await opened(folder, size);
  for (const line of folderLines(folder, images)) say(line);
  const { classes } = images;
  const fingerprint = fingerprintOf(images);
  return training(
    { kind: 'images', folder, size, images: images.size, classes: [...classes], mean: meanOf(images), fingerprint },
    images,
  );
}

/** The images of a run that was begun with them, to train on; throws as {@link folderImages}. */
export async function imagesOf(spec: ImagesSpec): Promise<TrainingData> {
  return training(spec, await folderImages(spec));
}

/**
 * The images of a run that was begun with them.
 * @throws Error (`data-changed`) if the folder holds others now; as {@link imagesIn}
 */
export async function folderImages(spec: ImagesSpec): Promise<ImageDataset> {
  const images = await opened(spec.folder, spec.size);
  if (fingerprintOf(images) === spec.fingerprint) return images;
  const counts = images.size === spec.images ? `others than the ${spec.images}` : `${images.size} in place of the ${spec.images}`;
  throw invalid(
    'data-changed',
    `${spec.folder} holds ${counts} images that the run was begun with: restore them, or start over with --fresh`,
    Error,
  );
}

async function opened(folder: string, [height, width]: ImagesSpec['size']): ReturnType<typeof imageFolder> {
  try {
    return await imageFolder(folder, { size: [height, width], channels: CHANNELS });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'folder-missing')) throw error;
    throw invalid(
      'data-unknown',
      `\`--data\` must be mnist, points such as moons or "eightGaussians()", or a folder of images, and there is no folder ${folder}`,
      Error,
    );
  }
}

function training(spec: ImagesSpec, images: ImageDataset): TrainingData {
  const data = centred(images, spec.mean);
  return {
    spec,
    *batches(options) {
      for (const { x, condition } of batches(data, options)) {
        if (spec.classes.length > 0) yield { x, condition };
        else {
          condition.dispose();
          yield { x };
        }
      }
    },
  };
}

function fingerprintOf({ pixels, labels }: ImageBytes & FolderReport): string {
  return createHash('sha256').update(pixels).update(labels).digest('hex');
}
