import { describe, expect, test } from 'vitest';
import { decodeIdx } from './idx.js';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60);

test('reads shape and bytes, also from inside a larger buffer', () => {
  const buffer = Uint8Array.of(99, ...images);
  for (const file of [images, buffer.subarray(1)]) {
    const { shape, data } = decodeIdx(file, 3);
    expect(shape).toEqual([2, 1, 3]);
    expect([...data]).toEqual([10, 20, 30, 40, 50, 60]);
  }
});

describe('refuses', () => {
  test.each([
    ['idx-truncated', 'nothing', new Uint8Array(0)],
    ['idx-truncated', 'half a header', images.subarray(0, 9)],
    ['idx-truncated', 'a missing element', images.subarray(0, -1)],
    ['idx-trailing', 'one element too many', Uint8Array.of(...images, 0)],
    ['idx-magic', 'a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)],
    ['idx-magic', 'a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0)],
    ['idx-magic', 'floats', Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0)],
    ['idx-rank', 'labels for images', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0)],
  ])('with %s: %s', (code, _, bytes) => {
    expect(() => decodeIdx(bytes, 3)).toThrow(expect.objectContaining({ code }));
  });

  test('lengths whose product is beyond all memory', () => {
    const huge = Uint8Array.of(0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
    expect(() => decodeIdx(huge, 3)).toThrow(expect.objectContaining({ code: 'idx-truncated' }));
  });
});
