import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { contactSheet } from './images.js';

it('puts image i at its place, from black to white, clipped', () => {
  const values = Float32Array.of(-1, 1, 0, 5);
  const png = decode(contactSheet({ values, shape: [4, 1, 1, 1] }, 2, 1));
  expect([png.width, png.height, png.channels]).toEqual([8, 8, 1]);
  const at = (x: number, y: number) => png.data[y * png.width + x];
  expect([at(2, 2), at(5, 2), at(2, 5), at(5, 5)]).toEqual([0, 255, 128, 255]);
  expect(at(0, 0)).toBe(40);
});

it('enlarges without smoothing', () => {
  const png = decode(contactSheet({ values: Float32Array.of(-1, 1), shape: [1, 1, 2, 1] }, 1, 3));
  const row = [...png.data.slice(4 * png.width, 5 * png.width)];
  expect(row).toEqual([40, 40, 0, 0, 0, 255, 255, 255, 40, 40]);
});
