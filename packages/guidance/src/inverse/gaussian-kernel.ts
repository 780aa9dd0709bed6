/** The kernel of a Gaussian blur, `exp(−(i² + j²)/(2·deviation²))` at whole distances from the centre, divided by its sum. */
import { invalid } from '@tweedie/core';

/**
 * A kernel for `blurred`, by rows.
 * @param options.deviation in pixels, positive
 * @param options.size rows and columns, an odd number; by default three deviations to each side
 * @throws RangeError (`deviation-not-positive`), (`kernel-not-odd`)
 */
export function gaussianKernel(options: { readonly deviation: number; readonly size?: number }): readonly (readonly number[])[] {
  const { deviation, size = 2 * Math.ceil(3 * deviation) + 1 } = options;
  if (!(deviation > 0 && deviation < Infinity))
    throw invalid('deviation-not-positive', `\`deviation\` must be positive and finite, got ${deviation}`);
  if (!(Number.isInteger(size) && size > 0 && size % 2 === 1))
    throw invalid('kernel-not-odd', `\`size\` must be an odd positive integer, got ${size}`);
  const row = Array.from({ length: size }, (_, i) => Math.exp(-(((i - (size - 1) / 2) / deviation) ** 2) / 2));
  const sum = row.reduce((total, value) => total + value, 0);
  return row.map((a) => row.map((b) => (a * b) / sum ** 2));
}
