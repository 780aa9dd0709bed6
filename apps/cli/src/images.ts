/** Samples as pictures. */
import sharp, { type Sharp } from 'sharp';

/** Images of one size, values from −1 (black) to 1 (white), row-major `[count, height, width, channels]`. */
export interface Images {
  readonly values: Float32Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
}

/** Pixels, row-major `[height, width, channels]`, one channel or three. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Formats that a picture can be written in. */
export const PIXEL_ENDINGS = ['png', 'webp', 'jpg', 'jpeg'] as const;
export type PixelEnding = (typeof PIXEL_ENDINGS)[number];

const GAP = 2;
const GROUND = 40;

/** All images in reading order, as {@link sheet} lays them out. */
export function contactSheet(images: Images, columns: number, scale?: number): Raster {
  return sheet(rastersOf(images), columns, scale);
}

/** Each image alone, pixel for pixel. */
export function rastersOf({ values, shape: [count, height, width, channels] }: Images): readonly Raster[] {
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) => {
    const data = Uint8Array.from(values.subarray(i * size, (i + 1) * size), toByte);
    return { data, width, height, channels };
  });
}

/**
 * Pictures of one size in reading order, `columns` in a row, on a dark ground; each pixel drawn as `scale × scale`.
 * @param scale integer, default 2
 */
export function sheet(pictures: readonly Raster[], columns: number, scale = 2): Raster {
  const [{ width, height, channels } = { width: 1, height: 1, channels: 1 }] = pictures;
  const rows = Math.ceil(pictures.length / columns);
  const [cellWidth, cellHeight] = [width * scale + GAP, height * scale + GAP];
  const [sheetWidth, sheetHeight] = [columns * cellWidth + GAP, rows * cellHeight + GAP];
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(GROUND);
  for (const [i, picture] of pictures.entries()) {
    const left = GAP + (i % columns) * cellWidth;
    const top = GAP + Math.floor(i / columns) * cellHeight;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
        const to = ((top + y) * sheetWidth + left + x) * channels;
        for (let c = 0; c < channels; c++) data[to + c] = picture.data[from + c] ?? 0;
      }
    }
  }
  return { data, width: sheetWidth, height: sheetHeight, channels };
}

/** A file of the pixels; a picture of one channel stays grey. */
export async function encoded(raster: Raster, ending: PixelEnding): Promise<Uint8Array> {
  return asFile(opened(raster), ending);
}

/** An SVG as pixels on white, `width` wide. */
export async function rasterOf(svg: string, width: number): Promise<Raster> {
  const { data, info } = await onWhite(svg).resize(width).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** An SVG as a file of pixels on white, in its own size. */
export async function encodedSvg(svg: string, ending: PixelEnding): Promise<Uint8Array> {
  return asFile(onWhite(svg), ending);
}

/**
 * An animated GIF that loops.
 * @param frames of one size
 * @param delays milliseconds that each frame is shown for
 */
export async function animated(frames: readonly Raster[], delays: readonly number[]): Promise<Uint8Array> {
  const [{ width, height, channels } = { width: 1, height: 1, channels: 1 }] = frames;
  const data = Buffer.concat(frames.map((frame) => frame.data));
  const film = opened({ data, width, height: height * frames.length, channels }, height);
  return film.gif({ delay: [...delays], loop: 0, dither: 0 }).toBuffer();
}

function toByte(value: number): number {
  return Math.round(255 * Math.min(Math.max((value + 1) / 2, 0), 1));
}

function opened({ data, width, height, channels }: Raster, pageHeight = height): Sharp {
  const picture = sharp(data, { raw: { width, height, channels: channels === 1 ? 1 : 3, pageHeight } });
  return channels === 1 ? picture.toColourspace('b-w') : picture;
}

function onWhite(svg: string): Sharp {
  return sharp(Buffer.from(svg)).flatten({ background: 'white' });
}

async function asFile(picture: Sharp, ending: PixelEnding): Promise<Uint8Array> {
  switch (ending) {
    case 'png':
      return picture.png().toBuffer();
    case 'webp':
      return picture.webp({ lossless: true }).toBuffer();
    default:
      return picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  }
}
