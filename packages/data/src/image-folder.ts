/** A folder of pictures as a data set: images directly in it have no class; those in its sub-folders have these as classes. */
import { availableParallelism } from 'node:os';
import { invalid } from '@tweedie/core';
import { type DecodedImage, type DecodeOptions, decodedImage, loadSharp } from './decoded-image.js';
import { type FolderFile, folderFiles } from './folder-files.js';
import { type ImageDataset, labelledImages } from './images.js';
import { byCodePoint } from './internal/by-code-point.js';
import { mapConcurrently } from './internal/map-concurrently.js';
import { type LeftOut, reasonOf } from './left-out.js';
import { checkSize } from './shuffle.js';

/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** What was found in a folder. */
export interface FolderReport {
  /** The classes in the order of their labels, with their numbers of images; none if the images lie in the folder itself. */
  readonly classes: readonly { readonly name: string; readonly images: number }[];
  /** Sizes of the pictures as they were, the median by area. */
  readonly sources: { readonly smallest: Size; readonly median: Size; readonly largest: Size };
  readonly leftOut: readonly LeftOut[];
}

type Read = FolderFile & DecodedImage;

const LEAST = 2; // images of a class: one can be learned by heart, and no more
const SHOWN = 3; // reasons in an error

/**
 * Reads all PNG, JPEG and WebP images below a folder into memory, scaled to one size as `decodedImage` does. Labels count the sub-folders by
 * code point; files that are no readable images are left out and listed. The order does not depend on the system. Without classes all labels are 0.
 * @throws RangeError (`size-not-positive`), (`images-none`), (`class-too-small`) if a class, or the folder, has fewer than two images,
 * (`images-beside-classes`); Error (`sharp-missing`, `folder-missing`, `folder-unreadable`)
 */
export async function imageFolder(folder: string, options: DecodeOptions): Promise<ImageDataset & FolderReport> {
  const { size, channels = 3, pixelLimit } = options;
  const [height, width] = size;
  for (const [name, value] of Object.entries({ height, width, ...(pixelLimit !== undefined && { pixelLimit }) }))
    checkSize(name, value);
  const sharp = await loadSharp();
  const { files, classNames, leftOut: unread } = await folderFiles(folder);
  const read = await mapConcurrently(files, availableParallelism(), async (file): Promise<Read | LeftOut> => {
    try {
      return { ...file, ...(await decodedImage(file.file, sharp, options)) };
    } catch (error) {
      return { path: file.path, reason: reasonOf(error) };
    }
  });
  const leftOut = [...unread, ...read.filter((file) => 'reason' in file)].sort((a, b) => byCodePoint(a.path, b.path));
  const images = read.filter((file) => 'pixels' in file);
  const classes = classNames.map((name) => ({ name, images: images.filter(({ className }) => className === name).length }));
  expectImages(folder, images, classes, leftOut);

  const perImage = height * width * channels;
  const pixels = new Uint8Array(images.length * perImage);
  for (const [i, image] of images.entries()) pixels.set(image.pixels, i * perImage);
  const labels = Int32Array.from(images, ({ className }) => (className === undefined ? 0 : classNames.indexOf(className)));
  return { ...labelledImages({ pixels, labels, height, width, channels }), classes, sources: sourcesOf(images), leftOut };
}

function expectImages(
  folder: string,
  images: readonly FolderFile[],
  classes: FolderReport['classes'],
  leftOut: readonly LeftOut[],
): void {
  const [first, ...more] = leftOut.slice(0, SHOWN).map(({ path, reason }) => `${path}: ${reason}`);
  const reasons = first === undefined ? '' : ` (${[first, ...more].join('; ')}${leftOut.length > SHOWN ? '; …' : ''})`;
  if (images.length === 0)
    throw invalid(
      'images-none',
      `${folder} must hold PNG, JPEG or WebP images, got ${reasons === '' ? 'nothing' : `none${reasons}`}`,
    );
  const beside = images.find(({ className }) => className === undefined);
  if (beside !== undefined && classes.length > 0)
    throw invalid(
      'images-beside-classes',
      `${folder} must hold images or sub-folders, one for each class, got both: ${beside.path} beside ${classes[0]?.name}; move one of them away`,
    );
  for (const { name, images: count } of classes.length > 0 ? classes : [{ name: folder, images: images.length }])
    if (count < LEAST)
      throw invalid(
        'class-too-small',
        `${name} must hold at least ${LEAST} images, got ${count}${reasons}; add some, or remove it`,
      );
}

function sourcesOf(images: readonly DecodedImage[]): FolderReport['sources'] {
  const sizes = images.map(({ source }) => source).sort(([a, b], [c, d]) => a * b - c * d);
  const at = (fraction: number): Size => sizes[Math.floor(fraction * (sizes.length - 1))] ?? [0, 0];
  return { smallest: at(0), median: at(0.5), largest: at(1) };
}
