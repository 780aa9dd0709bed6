/** Pictures that the command line gives to an edit, as a model sees pictures. */
import { invalid } from '@tweedie/core';
import { decodedImage, loadSharp } from '@tweedie/data/node';

/** Height, width and channels. */
export type Size = readonly [height: number, width: number, channels: number];

/** A picture of the asked size. */
export interface GivenImage {
  /** From −1 (black) to 1 (white), row-major. */
  readonly values: Float32Array;
  /** Height and width of the picture in the file. */
  readonly source: readonly [height: number, width: number];
}

/**
 * The picture in a PNG, JPEG or WebP file: its middle, scaled to `size`.
 * @param flag by which it was given, for messages
 * @throws Error (`image-unreadable`, `sharp-missing`)
 */
export async function givenImage(flag: string, file: string, [height, width, channels]: Size): Promise<GivenImage> {
  const sharp = await loadSharp();
  const { pixels, source } = await decodedImage(file, sharp, {
    size: [height, width],
    channels: channels === 1 ? 1 : 3,
  }).catch((error: unknown) => {
    throw unreadable(flag, file, error);
  });
  return { values: Float32Array.from(pixels, (value) => value / 127.5 - 1), source };
}

/**
 * What a mask leaves as it is: 1 where it is black, 0 where it is white.
 * @param image the picture that it is for, which it must have the size of
 * @throws RangeError (`mask-size`) if it has another size, (`mask-empty`) if it is of one colour; as {@link givenImage}
 */
export async function keptBy(file: string, image: GivenImage, [height, width]: Size): Promise<Float32Array> {
  const mask = await givenImage('mask', file, [height, width, 1]);
  const sides = ([high, wide]: GivenImage['source']) => `${wide}×${high}`;
  if (sides(mask.source) !== sides(image.source))
    throw invalid('mask-size', `\`--mask\` must be as large as the image, ${sides(image.source)}, got ${sides(mask.source)}`);
  const kept = mask.values.map((value) => (value < 0 ? 1 : 0));
  if (!kept.includes(0))
    throw invalid('mask-empty', `\`--mask\` must be white where there is something to fill in, but ${file} is all black`);
  if (!kept.includes(1))
    throw invalid(
      'mask-empty',
      `\`--mask\` must be black where the image is kept, but ${file} is all white: for new images use \`tweedie sample\``,
    );
  return kept;
}

function unreadable(flag: string, file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const reason = error.code === 'ENOENT' ? 'it does not exist' : error.message;
  return invalid('image-unreadable', `\`--${flag}\` cannot use ${file}: ${reason}; give a PNG, JPEG or WebP image`, Error);
}
