import { foldIn, key, normals } from '@tweedie/core';
import { describe, expect, it } from 'vitest';
import { jackknife } from './jackknife.js';

const meanOf = (values: Float32Array) => (indices: readonly number[]) =>
  indices.reduce((sum, i) => sum + (values[i] ?? 0), 0) / indices.length;

describe('jackknife', () => {
  it('of a mean, row by row, is the deviation over √n', () => {
    const values = Float32Array.of(1, 2, 4, 8, 16);
    const { value, standardError } = jackknife(5, meanOf(values), { groups: 5 });
    expect(value).toBeCloseTo(6.2, 12);
    expect(standardError).toBeCloseTo(Math.sqrt(37.2 / 5), 12); // 37.2 is the variance of the five
  });

  it('tells how far a curved statistic varies, here the square of a mean', () => {
    const runs = Array.from({ length: 300 }, (_, i) => {
      const values = normals(foldIn(key(8), i), 200).map((z) => 2 + z);
      return jackknife(200, (indices) => meanOf(values)(indices) ** 2);
    });
    const told = Math.sqrt(runs.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / runs.length);
    expect(told / (4 / Math.sqrt(200))).toBeGreaterThan(0.85); // 2·μ·σ/√n
    expect(told / (4 / Math.sqrt(200))).toBeLessThan(1.15);
  });

  it('refuses more groups than rows, and one', () => {
    for (const groups of [1, 6, 2.5])
      expect(() => jackknife(5, () => 0, { groups })).toThrow(expect.objectContaining({ code: 'groups-invalid' }));
  });
});
