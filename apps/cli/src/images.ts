/** Samples as pictures. */
import { encode } from 'fast-png';

/** Images of one size, values from −1 (black) to 1 (white), row-major `[count, height, width, channels]`. */
export interface Images {
  readonly values: Float32Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
}

const GAP = 2;

/**
 * A PNG of all images in reading order, `columns` in a row, on a dark ground; each pixel drawn as `scale × scale`.
 * @param scale integer, default 2
 */
export function contactSheet(
  { values, shape: [count, height, width, channels] }: Images,
  columns: number,
  scale = 2,
): Uint8Array {
  const rows = Math.ceil(count / columns);
  const [cellWidth, cellHeight] = [width * scale + GAP, height * scale + GAP];
  const [sheetWidth, sheetHeight] = [columns * cellWidth + GAP, rows * cellHeight + GAP];
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(40);
  for (let i = 0; i < count; i++) {
    const left = GAP + (i % columns) * cellWidth;
    const top = GAP + Math.floor(i / columns) * cellHeight;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = ((i * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
        const to = ((top + y) * sheetWidth + left + x) * channels;
        for (let c = 0; c < channels; c++)
          data[to + c] = Math.round(255 * Math.min(Math.max(((values[from + c] ?? 0) + 1) / 2, 0), 1));
      }
    }
  }
  return encode({ width: sheetWidth, height: sheetHeight, data, channels, depth: 8 });
}
