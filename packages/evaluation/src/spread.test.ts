import { key, normals } from '@tweedie/core';
import { describe, expect, it } from 'vitest';
import { spread } from './spread.js';

describe('spread', () => {
  it('is the mean side of a square with its diagonals, and of the pairs that count', () => {
    const corners = { values: Float32Array.of(0, 0, 3, 0, 3, 3, 0, 3), columns: 2 };
    expect(spread(corners)).toBeCloseTo((4 * 3 + 2 * Math.sqrt(18)) / 6, 12);
    expect(spread(corners, (i, j) => (i + j) % 2 === 0)).toBeCloseTo(Math.sqrt(18), 12);
  });

  it('of normal numbers is 2σ/√π, and scales with them', () => {
    const values = normals(key(10), 2000).map((z) => 3 * z);
    expect(spread({ values, columns: 1 }) / (6 / Math.sqrt(Math.PI))).toBeCloseTo(1, 1);
  });

  it('refuses a set of which no pair counts', () => {
    const set = { values: new Float32Array(4), columns: 2 };
    expect(() => spread(set, () => false)).toThrow(expect.objectContaining({ code: 'pairs-missing' }));
  });
});
