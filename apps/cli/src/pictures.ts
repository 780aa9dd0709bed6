/** What samples are shown as: a sheet of images, or points in the plane over those of the data. */
import { invalid, key } from '@tweedie/core';
import { classNamesOf, type DataSpec, sourceOf } from './data.js';
import type { Samples } from './draw-samples.js';
import { contactSheet, encoded, encodedSvg, type Images, type PixelEnding } from './images.js';

/** A file to look at. */
export interface Picture {
  readonly ending: 'png' | 'svg';
  readonly bytes: Uint8Array;
}

const POINTS = 100; // for each column that a sheet of images would have
const MOST_ROWS = 16; // of classes, and of images without

/** A class for each sample of a picture with so many columns: a row of each class, or as many of what has none. */
export function labelsFor(data: DataSpec, columns: number): Int32Array {
  if (data.kind === 'points') return new Int32Array(columns * POINTS);
  const rows = Math.min(classNamesOf(data).length, MOST_ROWS);
  return Int32Array.from({ length: columns * (rows || columns) }, (_, i) => (rows === 0 ? 0 : Math.floor(i / columns)));
}

/** What such a picture shows, for those who cannot see it. */
export function textFor(data: DataSpec, columns: number): string {
  const names = classNamesOf(data);
  const samples = labelsFor(data, columns).length;
  if (data.kind === 'points') return `${samples} points, over as many of the data`;
  if (names.length === 0) return `${samples} samples`;
  const some = names.length > MOST_ROWS ? `the first ${MOST_ROWS} of ${names.length} classes` : `${names.length} classes`;
  return `one row for each of ${some}, ${columns} samples each: ${names.slice(0, MOST_ROWS).join(', ')}`;
}

/** The ending that pictures of such data have. */
function endingFor(data: DataSpec): Picture['ending'] {
  return data.kind === 'points' ? 'svg' : 'png';
}

/**
 * Samples as a picture of the ending that such data have.
 * @param columns images in a row
 * @param scale pixels for a pixel of an image; default 2
 * @throws RangeError (`points-not-plane`) for points of other than two dimensions
 */
export async function pictureOf(samples: Samples, data: DataSpec, columns: number, scale?: number): Promise<Picture> {
  const ending = endingFor(data);
  const bytes =
    ending === 'svg'
      ? new TextEncoder().encode(await chartOf(samples, data))
      : await pixelsOf(samples, data, columns, ending, scale);
  return { ending, bytes };
}

/** As {@link pictureOf}, in pixels. */
export async function pixelsOf(
  samples: Samples,
  data: DataSpec,
  columns: number,
  ending: PixelEnding,
  scale?: number,
): Promise<Uint8Array> {
  return data.kind === 'points'
    ? encodedSvg(await chartOf(samples, data), ending)
    : encoded(contactSheet(imagesOf(samples), columns, scale), ending);
}

/** Points over as many of the data, as SVG; throws as {@link pictureOf}. */
export async function chartOf({ values, shape }: Samples, data: DataSpec): Promise<string> {
  const [count = 0, dimensions = 0] = shape;
  if (dimensions !== 2)
    throw invalid(
      'points-not-plane',
      `only points of the plane can be drawn, got ${dimensions} dimensions; write them to a .npy`,
    );
  const { scatterChart } = await import('./scatter-chart.js');
  return scatterChart({ data: sourceOf(data)?.points(key(0), count) ?? values, samples: values });
}

/** Samples that are images. */
export function imagesOf({ values, shape: [count = 0, height = 1, width = 1, channels = 1] }: Samples): Images {
  return { values, shape: [count, height, width, channels] };
}
