import { memory } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { awake, labels, largest, run, settings } from '../test/small.js';
import { drawSamples } from './draw-samples.js';
import { contactSheet } from './images.js';
import { imagesOf } from './pictures.js';
import { expectTrajectory, recorder, trajectoryPicture } from './trajectory.js';
import type { Shown } from './trajectory-kinds.js';

beforeAll(() => wasm().load());

async function recorded(path: string, shown: Shown, changed = {}) {
  const film = recorder(path, run, shown);
  const samples = await drawSamples(awake(), run, { ...settings, ...changed }, labels, 4, film);
  return { samples, frames: film.frames() };
}

describe.each(['denoised', 'noisy'] as const)('of what is %s', (shown) => {
  it.each([
    [6, 'x.gif', 6],
    [90, 'x.gif', 60],
    [90, 'x.png', 12],
    [1, 'x.png', 1],
  ])('keeps of %d steps for %s %d, the last with the samples themselves', async (steps, path, kept) => {
    const { samples, frames } = await recorded(path, shown, { steps, sampler: 'ddim' });
    expect(frames.length).toBe(kept);
    expect(frames.at(-1)).toEqual(samples);
  });

  it('keeps steps of its own choice too', async () => {
    const changed = { sampler: 'dpmAdaptive', control: 'pid({ relative: 0.5, absolute: 0.05 })', steps: 1 };
    const { samples, frames } = await recorded('x.gif', shown, changed);
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.at(-1)).toEqual(samples);
  });
});

it('shows two things that meet in the last frame', async () => {
  const noisy = (await recorded('x.gif', 'noisy')).frames;
  const denoised = (await recorded('x.gif', 'denoised')).frames;
  const gaps = noisy.map(({ values }, i) => largest(values, denoised[i]?.values ?? new Float32Array()));
  expect(gaps.at(-1)).toBe(0);
  expect(gaps[0]).toBeGreaterThan(0.5);
});

it('ends as a GIF on the sheet of the samples, as a PNG on a column of them', async () => {
  const before = memory().numTensors;
  const { samples, frames } = await recorded('x.gif', 'noisy');
  const gif = await trajectoryPicture('x.gif', frames, run.data, 3);
  const sheet = contactSheet(imagesOf(samples), 3);
  const { data, info } = await sharp(gif, { page: frames.length - 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([sheet.width, sheet.height]);
  const gaps = sheet.data.map((value, i) => Math.abs(value - (data[i * info.channels] ?? Number.NaN)));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(8);

  const still = await sharp(await trajectoryPicture('x.png', frames, run.data, 3))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const column = contactSheet(imagesOf(samples), 1);
  expect(still.info).toMatchObject({ width: frames.length * (column.width - 2) + 2, height: column.height });
  const grey = still.data.filter((_, i) => i % still.info.channels === 0);
  for (let y = 0; y < column.height; y++)
    expect([...grey.subarray((y + 1) * still.info.width - column.width, (y + 1) * still.info.width)]).toEqual([
      ...column.data.slice(y * column.width, (y + 1) * column.width),
    ]);
  expect(memory().numTensors - before).toBe(awake().network.parameters.size * 2);
});

it('shows points as panels, or as a film of charts', async () => {
  const data = { kind: 'points', source: 'moons' } as const;
  const frames = [1, 2, 3, 4, 5].map((k) => ({ values: Float32Array.of(k / 5, 0, 0, k / 5), shape: [2, 2] }));
  const film = await sharp(await trajectoryPicture('x.gif', frames, data, 1)).metadata();
  expect(film).toMatchObject({ pages: 5, width: 480, height: 480 });
  const still = await sharp(await trajectoryPicture('x.png', frames, data, 1)).metadata();
  expect(still).toMatchObject({ width: 4 * 322 + 2, height: 2 * 322 + 2 });
});

it.each([
  ['x.mp4', 'y.png', 5, 'trajectory-ending'],
  ['a/../x.png', 'x.png', 5, 'trajectory-is-out'],
  ['x.gif', 'y.png', 1001, 'trajectory-samples'],
])('refuses %s beside %s of %d samples', (path, out, count, code) => {
  expect(() => expectTrajectory(path, out, count)).toThrow(expect.objectContaining({ code }));
});
