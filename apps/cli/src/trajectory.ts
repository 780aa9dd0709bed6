/** How samples came to be: pictures of the steps, as an animation or side by side. */
import { resolve } from 'node:path';
import { invalid } from '@tweedie/core';
import type { DataSpec } from './data.js';
import { type Onlooker, offsetOf, type SampledRun, type Samples } from './draw-samples.js';
import { animated, contactSheet, encoded, type Raster, rasterOf, rastersOf, sheet } from './images.js';
import { chartOf, imagesOf } from './pictures.js';
import type { Shown } from './trajectory-kinds.js';

/** Keeps what it sees of some steps, the last among them. */
export interface Recorder {
  readonly onStep: NonNullable<Onlooker['onStep']>;
  /** All samples after each kept step. */
  frames(): readonly Samples[];
}

const MOST_SAMPLES = 1000;
const MOST_FRAMES = 60;
const COLUMNS = { images: 12, points: 4 } as const;
const PANELS = { images: COLUMNS.images, points: 2 * COLUMNS.points } as const;
const PANEL_WIDTH = 320;
const FRAME_WIDTH = 480;
const FRAME_TIME = 100; // milliseconds
const HELD = 2000;

/** @throws RangeError (`trajectory-ending`, `trajectory-is-out`, `trajectory-samples`) */
export function expectTrajectory(path: string, out: string, count: number): void {
  if (!/\.(gif|png)$/.test(path)) throw invalid('trajectory-ending', `\`--trajectory\` must end in .gif or .png, got ${path}`);
  if (resolve(path) === resolve(out))
    throw invalid('trajectory-is-out', `\`--trajectory\` must be another file than \`--out\`, got ${path} for both`);
  if (count > MOST_SAMPLES)
    throw invalid(
      'trajectory-samples',
      `\`--trajectory\` shows at most ${MOST_SAMPLES} samples, got ${count}: choose a smaller --n`,
    );
}

/** A recorder of samples of `run`, for a file at `path`. */
export function recorder(path: string, run: Pick<SampledRun, 'data'>, shown: Shown): Recorder {
  const most = path.endsWith('.gif') ? MOST_FRAMES : PANELS[kindOf(run.data)];
  const offset = offsetOf(run);
  const batches = new Map<number, Samples[]>();
  return {
    async onStep({ index, count, x, denoised }, first) {
      if (Number.isFinite(count) && !evenly(count, most).includes(index)) return;
      const seen = shown === 'noisy' || index === count - 1 ? x : denoised;
      const values = (await seen.data<'float32'>()).map((value) => value + offset);
      const frames = batches.get(first) ?? [];
      batches.set(first, [...frames, { values, shape: seen.shape }]);
    },
    frames() {
      const all = [...batches.values()];
      const length = Math.min(most, Math.max(...all.map((frames) => frames.length)));
      return Array.from({ length }, (_, k) => joined(all.map((frames) => frames[at(k, length, frames.length)])));
    },
  };
}

/** A GIF, whose last frame stays, or a PNG: of images a column for each step, of points a panel. By the ending of `path`. */
export async function trajectoryPicture(
  path: string,
  frames: readonly Samples[],
  data: DataSpec,
  columns: number,
): Promise<Uint8Array> {
  if (path.endsWith('.png')) return encoded(await stillOf(frames, data), 'png');
  const film =
    data.kind === 'points'
      ? await charts(frames, data, FRAME_WIDTH)
      : frames.map((frame) => contactSheet(imagesOf(frame), columns));
  const delays = film.map((_, i) => (i === film.length - 1 ? HELD : FRAME_TIME));
  return animated(film, delays);
}

async function stillOf(frames: readonly Samples[], data: DataSpec): Promise<Raster> {
  if (data.kind === 'points') return sheet(await charts(frames, data, PANEL_WIDTH), COLUMNS.points, 1);
  const steps = frames.map((frame) => rastersOf(imagesOf(frame)));
  const rows = steps[0]?.map((_, i) => steps.flatMap((step) => step[i] ?? [])) ?? [];
  return sheet(rows.flat(), frames.length);
}

function charts(frames: readonly Samples[], data: DataSpec, width: number): Promise<readonly Raster[]> {
  return Promise.all(frames.map(async (frame) => rasterOf(await chartOf(frame, data), width)));
}

function kindOf(data: DataSpec): keyof typeof PANELS {
  return data.kind === 'points' ? 'points' : 'images';
}

/** At most `most` of `count` places, evenly, the last among them. */
function evenly(count: number, most: number): readonly number[] {
  const length = Math.min(count, most);
  return Array.from({ length }, (_, i) => at(i, length, count));
}

/** Where the `i`-th of `length` places lies among `count`. */
function at(i: number, length: number, count: number): number {
  return Math.max(Math.round(((i + 1) * count) / length) - 1, 0);
}

function joined(parts: readonly (Samples | undefined)[]): Samples {
  const there = parts.filter((part) => part !== undefined);
  const [, ...shape] = there[0]?.shape ?? [];
  const values = new Float32Array(there.reduce((sum, part) => sum + part.values.length, 0));
  let next = 0;
  let count = 0;
  for (const part of there) {
    values.set(part.values, next);
    next += part.values.length;
    count += part.shape[0] ?? 0;
  }
  return { values, shape: [count, ...shape] };
}
