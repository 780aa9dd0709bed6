import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brownianPath } from './brownian-path.js';
import type { NoiseLevel } from './contracts.js';
import { key, uniform } from './key.js';
import { normalQuantile } from './normal.js';

const level = (logSnr: number): NoiseLevel => ({
  t: 0.5,
  alpha: 1 / Math.sqrt(1 + Math.exp(-logSnr)),
  sigma: 1 / Math.sqrt(1 + Math.exp(logSnr)),
  logSnr,
});
const between = (from: number, to: number, index = 0, draw = 0) => ({ from: level(from), to: level(to), index, draw });
const count = 20_000;
const correlation = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (a[i] ?? Number.NaN) * (b[i] ?? Number.NaN);
  return sum / count;
};
const ones = new Float64Array(count).fill(1);
const error = 1 / Math.sqrt(count);

/** A few intervals in one octave and over many, in tiny ones, from pure noise and to clean data. */
const ends = [-Infinity, -9, -0.3, -0.2, 0.05, 0.05 + 2e-5, 0.6, 0.69, 2.5, 14, Infinity];
const intervals = ends.flatMap((from, i) => ends.slice(i + 1).map((to) => [from, to] as const));

describe('increments over', () => {
  const path = brownianPath(key(1));
  const draws = intervals.map(([from, to]) => ({ from, to, z: path(between(from, to), count) }));

  it.each(draws)('$from to $to are normal: mean 0, variance 1, and Kolmogorov–Smirnov at 1e-6', ({ z }) => {
    expect(Math.abs(correlation(z, ones))).toBeLessThan(5 * error);
    expect(Math.abs(correlation(z, z) - 1)).toBeLessThan(5 * Math.SQRT2 * error);
    const sorted = z.toSorted();
    let [below, distance] = [0, 0];
    for (let j = 1; j < 1000; j++) {
      while ((sorted[below] ?? Infinity) <= normalQuantile(j / 1000)) below++;
      distance = Math.max(distance, Math.abs(below / count - j / 1000));
    }
    expect(distance).toBeLessThan(2.69 * error);
  });

  it('overlap as much as their draws correlate: the shared length over the root of both lengths', () => {
    const clock = (logSnr: number) => Math.exp(logSnr);
    for (const [i, a] of draws.entries())
      for (const b of draws.slice(i)) {
        const shared = Math.max(0, clock(Math.min(a.to, b.to)) - clock(Math.max(a.from, b.from)));
        const endless = a.to === Infinity || b.to === Infinity; // the limit: all or nothing
        const expected = endless
          ? Number(a.to === b.to)
          : shared / Math.sqrt((clock(a.to) - clock(a.from)) * (clock(b.to) - clock(b.from)));
        const measured = correlation(a.z, b.z);
        expect(Math.abs(measured - expected), `${a.from} to ${a.to}, ${b.from} to ${b.to}`).toBeLessThan(5 * Math.SQRT2 * error);
      }
  });
});

it('adds up: two increments are the one over both, wherever they meet', () => {
  const point = fc.double({ min: -30, max: 30, noNaN: true });
  const path = brownianPath(key(2));
  fc.assert(
    fc.property(fc.tuple(point, point, point), (points) => {
      const [a, b, c] = points.toSorted((x, y) => x - y) as [number, number, number];
      fc.pre(b - a > 1e-4 && c - b > 1e-4);
      const [first, second, whole] = [path(between(a, b), 3), path(between(b, c), 3), path(between(a, c), 3)];
      const share = Math.expm1(b - a) / Math.expm1(c - a);
      whole.forEach((z, i) => {
        const sum = Math.sqrt(share) * (first[i] ?? 0) + Math.sqrt(1 - share) * (second[i] ?? 0);
        expect(Math.abs(z - sum)).toBeLessThan(1e-7);
      });
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('does not know the grid: what was asked before, the step and the draw change nothing', () => {
  const fresh = (from: number, to: number) => brownianPath(key(3))(between(from, to), 5);
  const path = brownianPath(key(3));
  const points = [...uniform(key(4), 40)].map((u) => 16 * u - 8).sort((a, b) => a - b);
  for (const [index, to] of points.slice(1).entries()) {
    const from = points[index] ?? 0;
    expect(path(between(from, to, index, index % 3), 5)).toEqual(fresh(from, to));
  }
  expect(brownianPath(key(4))(between(-1, 1), 5)).not.toEqual(fresh(-1, 1));
});

it('gives an element the same path whatever is drawn with it', () => {
  const path = brownianPath(key(5));
  const all = path(between(-1, 1), 12);
  expect(path(between(-1, 1), 4, 8)).toEqual(all.slice(8));
  expect(path(between(-1, 1), 7)).toEqual(all.slice(0, 7));
  expect(path(between(-1, 1), 7, 2)).toEqual(all.slice(2, 9));
});

it('draws afresh, by step and draw, where noise does not fall or falls by less than the tolerance', () => {
  const path = brownianPath(key(6));
  for (const [from, to] of [
    [1, 1],
    [1, -2],
    [Infinity, Infinity],
    [-Infinity, -Infinity],
    [0.3, -Infinity],
    [0.3, 0.3 + 1e-7],
  ] as const) {
    const draws = [
      path(between(from, to, 0, 0), count),
      path(between(from, to, 0, 1), count),
      path(between(from, to, 1, 0), count),
    ];
    draws.push(path(between(-2, 1), count));
    draws.forEach((a, i) => {
      draws.forEach((b, j) => {
        expect(Math.abs(correlation(a, b) - Number(i === j))).toBeLessThan(5 * Math.SQRT2 * error);
      });
    });
    expect(path(between(from, to, 1, 0), 3)).toEqual(draws[2]?.slice(0, 3));
  }
});

it('is the same path at a finer tolerance, to that tolerance', () => {
  const [coarse, fine] = [1e-4, 1e-9].map((tolerance) => brownianPath(key(7), { tolerance })(between(-0.4, 1.1), count));
  const apart = (coarse ?? ones).map((z, i) => z - (fine?.[i] ?? Number.NaN));
  const difference = correlation(apart, apart);
  expect(Math.sqrt(difference)).toBeLessThan(Math.sqrt(1e-4));
  expect(difference).toBeGreaterThan(0);
});

it.each([0, 0.6, 1e-13, Number.NaN])('refuses a tolerance of %s', (tolerance) => {
  expect(() => brownianPath(key(0), { tolerance })).toThrow(
    expect.objectContaining({ name: 'RangeError', code: 'tolerance-out-of-range' }),
  );
});
