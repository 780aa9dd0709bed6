import { key, normals } from '@tweedie/core';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { frechetDistance, moments } from './frechet-distance.js';

const gaussian = (mean: readonly number[], rows: number[][]) => ({ mean, covariance: new Matrix(rows) });

describe('frechetDistance', () => {
  it('is that of two normal distributions on a line, (μ − ν)² + (σ − τ)²', () => {
    expect(frechetDistance(gaussian([1], [[4]]), gaussian([-2], [[0.25]]))).toBeCloseTo(9 + 1.5 ** 2, 12);
  });

  it('is that of covariances of two rows that do not commute: tr √(ST) = √(tr ST + 2·√(det S·det T))', () => {
    const [s, t] = [
      new Matrix([
        [2, 0.9],
        [0.9, 1],
      ]),
      new Matrix([
        [1, -0.4],
        [-0.4, 3],
      ]),
    ];
    const shared = Math.sqrt(s.mmul(t).trace() + 2 * Math.sqrt((2 - 0.81) * (3 - 0.16)));
    const distance = frechetDistance({ mean: [0, 0], covariance: s }, { mean: [3, 4], covariance: t });
    expect(distance).toBeCloseTo(25 + 3 + 4 - 2 * shared, 12);
  });

  it('is 0 between a distribution and itself, also one that is flat, and the same both ways', () => {
    const set = { values: normals(key(1), 400), columns: 8 };
    const flat = { values: Float64Array.from({ length: 100 }, (_, i) => i % 2 ** (i % 2)), columns: 2 };
    for (const p of [moments(set), moments(flat)]) expect(Math.abs(frechetDistance(p, p))).toBeLessThan(1e-6);
    const [p, q] = [moments(set), moments({ values: normals(key(2), 480), columns: 8 })];
    expect(frechetDistance(p, q)).toBeCloseTo(frechetDistance(q, p), 10);
  });

  it('nears the true distance with the number of rows', () => {
    const columns = 4;
    const a = { values: normals(key(3), 40_000), columns };
    const b = { values: normals(key(4), 40_000).map((value) => 1 + 2 * value), columns };
    expect(Math.abs(frechetDistance(moments(a), moments(b)) - 4 * (1 + 1))).toBeLessThan(0.2);
  });

  it('refuses sets of other lengths, rows that are not full, and a single row', () => {
    const wide = moments({ values: new Float32Array(6), columns: 3 });
    const narrow = moments({ values: new Float32Array(6), columns: 2 });
    expect(() => frechetDistance(wide, narrow)).toThrow(expect.objectContaining({ code: 'columns-differ' }));
    expect(() => moments({ values: new Float32Array(7), columns: 2 })).toThrow(expect.objectContaining({ code: 'rows-uneven' }));
    expect(() => moments({ values: new Float32Array(2), columns: 2 })).toThrow(expect.objectContaining({ code: 'rows-too-few' }));
  });
});
