/**
 * An image file as pixels of one size, by `sharp`: the middle of the picture that has the asked shape, scaled to the asked size, upright as
 * its EXIF orientation says, in sRGB, over white where it is transparent; of an animation the first frame.
 */
import { open } from 'node:fs/promises';
import { invalid } from '@tweedie/core';
import type { Sharp, SharpOptions } from 'sharp';

/** How images are decoded. */
export interface DecodeOptions {
  /** Height and width of the result. */
  readonly size: readonly [height: number, width: number];
  /** Grey or RGB; default 3. */
  readonly channels?: 1 | 3;
  /** Files whose header claims more pixels are refused before any is decoded. Default 100 million. */
  readonly pixelLimit?: number;
}

/** A decoded image. */
export interface DecodedImage {
  /** Rows of pixels, their channels together. */
  readonly pixels: Uint8Array;
  /** Height and width of the picture in the file, upright. */
  readonly source: readonly [height: number, width: number];
}

/** `sharp`, by what it is called with here. */
export type SharpFunction = (input: string, options?: SharpOptions) => Sharp;

const PIXEL_LIMIT = 1e8;
const SECONDS = 60; // for one image; no decoder may hold up all the others

/**
 * The decoder.
 * @throws Error (`sharp-missing`) if sharp is not installed
 */
export async function loadSharp(): Promise<SharpFunction> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw invalid(
      'sharp-missing',
      `images are read by sharp, which cannot be loaded (${String(error instanceof Error ? error.message : error).split('\n', 1)[0]}); run \`npm install sharp\``,
      Error,
    );
  }
}

/**
 * Decodes a PNG, JPEG or WebP file, which is told by its content and not by its name.
 * @param sharp from {@link loadSharp}
 * @throws Error (`image-format`, `image-too-large`, `image-damaged`); the system's error
 */
export async function decodedImage(file: string, sharp: SharpFunction, options: DecodeOptions): Promise<DecodedImage> {
  const { size, channels = 3, pixelLimit = PIXEL_LIMIT } = options;
  if (!isImage(await head(file))) throw invalid('image-format', 'not a PNG, JPEG or WebP image', Error);
  try {
    const { autoOrient } = await sharp(file, { limitInputPixels: false }).metadata();
    const source = [autoOrient.height, autoOrient.width] as const;
    if (source[0] * source[1] > pixelLimit)
      throw invalid('image-too-large', `${source.join('×')} pixels, more than ${pixelLimit} together`, Error);
    const picture = sharp(file, { failOn: 'error', limitInputPixels: pixelLimit, sequentialRead: true })
      .timeout({ seconds: SECONDS })
      .autoOrient()
      .flatten({ background: 'white' })
      .resize({ height: size[0], width: size[1], fit: 'cover' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb');
    return { pixels: await picture.raw().toBuffer(), source };
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    throw invalid('image-damaged', 'damaged or cut short', Error); // libvips's own words mix up files that are read at once
  }
}

const HEAD = 12;

async function head(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    if (bytesRead === 0) throw invalid('image-format', 'an empty file', Error);
    return buffer;
  } finally {
    await handle.close();
  }
}

/** The signatures of PNG (ISO 15948), JPEG (ITU T.81: SOI and the next marker) and WebP (RFC 9649). */
function isImage(bytes: Buffer): boolean {
  const latin = bytes.toString('latin1');
  return latin.startsWith('\x89PNG\r\n\x1a\n') || latin.startsWith('\xff\xd8\xff') || /^RIFF....WEBP/s.test(latin);
}
