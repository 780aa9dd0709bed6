import { expect, it } from 'vitest';
import { bitsPerDimension } from './bits-per-dimension.js';

it('gives a byte that may be anything 8 bits', () => {
  expect(bitsPerDimension(3 * Math.log(256), 3)).toBeCloseTo(8, 14);
});

it('refuses dimensions that are no number of elements', () => {
  for (const dimensions of [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => bitsPerDimension(1, dimensions)).toThrow(expect.objectContaining({ code: 'dimensions-not-positive' }));
});
