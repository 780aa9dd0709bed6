import sharp from 'sharp';
import { expect, it } from 'vitest';
import { animated, contactSheet, encoded, PIXEL_ENDINGS, rasterOf } from './images.js';

async function decoded(bytes: Uint8Array, page = 0) {
  const { data, info } = await sharp(bytes, { page }).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

it('puts image i at its place, from black to white, clipped', () => {
  const values = Float32Array.of(-1, 1, 0, 5);
  const { data, width, height, channels } = contactSheet({ values, shape: [4, 1, 1, 1] }, 2, 1);
  expect([width, height, channels]).toEqual([8, 8, 1]);
  const at = (x: number, y: number) => data[y * width + x];
  expect([at(2, 2), at(5, 2), at(2, 5), at(5, 5)]).toEqual([0, 255, 128, 255]);
  expect(at(0, 0)).toBe(40);
});

it('enlarges without smoothing', () => {
  const { data, width } = contactSheet({ values: Float32Array.of(-1, 1), shape: [1, 1, 2, 1] }, 1, 3);
  expect([...data.slice(4 * width, 5 * width)]).toEqual([40, 40, 0, 0, 0, 255, 255, 255, 40, 40]);
});

it.each([1, 3])('writes files that others read: the same pixels, in JPEG nearly so, of %d channels', async (channels) => {
  const values = Float32Array.from({ length: 16 * 16 * channels }, (_, i) => Math.sin(i / 40));
  const raster = contactSheet({ values, shape: [1, 16, 16, channels] }, 1, 1);
  for (const ending of PIXEL_ENDINGS) {
    const bytes = await encoded(raster, ending);
    const told = await sharp(bytes).metadata();
    expect(told.format).toBe(ending === 'jpg' ? 'jpeg' : ending);
    if (ending === 'png') expect(told.channels).toBe(channels);
    const back = await decoded(bytes);
    expect([back.width, back.height]).toEqual([raster.width, raster.height]);
    const pixels = raster.data.map((value, i) =>
      Math.abs(value - (back.data[channels === 1 ? i * back.channels : i] ?? Number.NaN)),
    );
    expect(Math.max(...pixels)).toBeLessThanOrEqual(/^jpe?g$/.test(ending) ? 24 : 0);
  }
});

it('animates: each frame as it was, for its time, over and over', async () => {
  const frames = [-1, 0, 1].map((grey) => contactSheet({ values: Float32Array.of(grey), shape: [1, 1, 1, 1] }, 1, 4));
  const film = await animated(frames, [100, 100, 2000]);
  expect(await sharp(film).metadata()).toMatchObject({ format: 'gif', pages: 3, delay: [100, 100, 2000], loop: 0 });
  for (const [page, frame] of frames.entries()) {
    const { data, channels } = await decoded(film, page);
    expect(frame.data.map((value, i) => Math.abs(value - (data[i * channels] ?? Number.NaN))).every((gap) => gap <= 4)).toBe(
      true,
    );
  }
});

it('draws an SVG on white', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect width="5" height="5" fill="red"/></svg>';
  const { data, width, height, channels } = await rasterOf(svg, 20);
  expect([width, height, channels]).toEqual([20, 10, 3]);
  expect([...data.slice(0, 3), ...data.slice(-3)]).toEqual([255, 0, 0, 255, 255, 255]);
});
