import { labelledImages } from '@tweedie/data';
import { describe, expect, it } from 'vitest';
import { divided, imageRows } from './real-images.js';

const images = (size: number) =>
  labelledImages({
    ...{ height: 1, width: 2, channels: 1 },
    pixels: Uint8Array.from({ length: 2 * size }, (_, i) => i >> 1),
    labels: Int32Array.from({ length: size }, (_, i) => i),
  });

describe('divided', () => {
  it('holds a tenth of the images out, each image in one part, with its label, the same every time', () => {
    const { training, heldOut } = divided(images(200));
    expect([training.size, heldOut.size]).toEqual([180, 20]);
    const all = [...training.labels, ...heldOut.labels];
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    for (const { labels, pixels } of [training, heldOut])
      expect(pixels.filter((_, i) => i % 2 === 1)).toEqual(Uint8Array.from(labels));
    expect(divided(images(200)).heldOut.labels).toEqual(heldOut.labels);
  });

  it('refuses a handful', () => {
    expect(() => divided(images(19))).toThrow(expect.objectContaining({ code: 'images-too-few' }));
  });
});

it('imageRows are in [−1, 1], from any image on', () => {
  const { values, columns } = imageRows(images(256), 2, 254);
  expect(columns).toBe(2);
  expect(values[0]).toBeCloseTo(254 / 127.5 - 1, 6);
  expect([...values.slice(2)]).toEqual([1, 1]);
});
