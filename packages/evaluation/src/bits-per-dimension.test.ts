import { key } from '@tweedie/core';
import { expect, test } from 'vitest';
import { bitsPerDimension, dequantized } from './bits-per-dimension.js';

test('evenly spread bytes take eight bits each, whatever the range', () => {
  for (const range of [
    [-1, 1],
    [0, 1],
    [-3, 253],
  ] as const) {
    const nats = -5 * Math.log(range[1] - range[0]); // the uniform density in five dimensions
    expect(bitsPerDimension([nats], 5, { levels: 256, range })[0]).toBeCloseTo(8, 12);
  }
});

test('the offset of bytes in [−1, 1] is seven bits, and of a density none', () => {
  expect(bitsPerDimension([0, -Math.LN2], 1, { levels: 256, range: [-1, 1] })).toEqual(Float64Array.of(7, 8));
  expect(bitsPerDimension([4 * Math.LN2], 2)).toEqual(Float64Array.of(-2));
});

// The bits of a code under a density that is flat over bins are those of its probability.
test('spreading loses nothing under a density that is flat over the bins', () => {
  const probabilities = [0.5, 0.25, 0.125, 0.125];
  const bins = { levels: 4, range: [-2, 2] } as const;
  const codes = [0, 1, 2, 3, 3, 0];
  const nats = dequantized(codes, bins, key(2)).map((x) => Math.log((probabilities[Math.floor(x + 2)] ?? 0) / 1));
  expect([...bitsPerDimension(nats, 1, bins)]).toEqual([1, 2, 3, 3, 3, 1]);
});

test('codes fill their bins evenly, and a batch cut in two draws the same', () => {
  const bins = { levels: 10, range: [0, 1] } as const;
  const codes = Array.from({ length: 5000 }, (_, i) => i % 10);
  const x = dequantized(codes, bins, key(4));
  x.forEach((value, i) => void expect(Math.floor(value * 10)).toBe(codes[i]));
  const inside = x.reduce((sum, value, i) => sum + value * 10 - (codes[i] ?? 0), 0) / x.length;
  expect(Math.abs(inside - 0.5)).toBeLessThan(5 / Math.sqrt(12 * 5000));
  expect(dequantized(codes.slice(4000), bins, key(4), 4000)).toEqual(x.slice(4000));
});

test.each([
  ['dimensions-not-positive', () => bitsPerDimension([0], 0)],
  ['levels-too-few', () => bitsPerDimension([0], 1, { levels: 1, range: [0, 1] })],
  ['range-empty', () => bitsPerDimension([0], 1, { levels: 2, range: [1, 1] })],
  ['code-outside', () => dequantized([2], { levels: 2, range: [0, 1] }, key(0))],
])('%s', (code, act) => {
  expect(act).toThrow(expect.objectContaining({ code }));
});
