/** What samples are shown as: a sheet of images, or points in the plane over those of the data. */
import { invalid, key } from '@tweedie/core';
import { type DataSpec, sourceOf } from './data.js';
import type { Samples } from './draw-samples.js';
import { contactSheet } from './images.js';
import { scatterChart } from './scatter-chart.js';

/** A file to look at. */
export interface Picture {
  readonly ending: 'png' | 'svg';
  readonly bytes: Uint8Array;
}

const POINTS = 100; // for each column that a sheet of images would have

/** A class for each sample of a picture with so many columns: a row of each class, or points that have none. */
export function labelsFor(data: DataSpec, columns: number): Int32Array {
  if (data.kind === 'points') return new Int32Array(columns * POINTS);
  return Int32Array.from({ length: columns * data.classes }, (_, i) => Math.floor(i / columns));
}

/** The ending that pictures of such data have. */
export function endingFor(data: DataSpec): Picture['ending'] {
  return data.kind === 'points' ? 'svg' : 'png';
}

/**
 * Samples as a picture.
 * @param columns images in a row
 * @param scale pixels for a pixel of an image; default 2
 * @throws RangeError (`points-not-plane`) for points of other than two dimensions
 */
export function pictureOf({ values, shape }: Samples, data: DataSpec, columns: number, scale?: number): Picture {
  const [count = 0, height = 1, width = 1, channels = 1] = shape;
  const source = sourceOf(data);
  if (source === undefined)
    return { ending: 'png', bytes: contactSheet({ values, shape: [count, height, width, channels] }, columns, scale) };
  if (height !== 2)
    throw invalid('points-not-plane', `only points of the plane can be drawn, got ${height} dimensions; write them to a .npy`);
  const svg = scatterChart({ data: source.points(key(0), count), samples: values });
  return { ending: 'svg', bytes: new TextEncoder().encode(svg) };
}
