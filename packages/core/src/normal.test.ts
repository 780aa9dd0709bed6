import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { key } from './key.js';
import { logNormalDensity, normal, normalQuantile, normals } from './normal.js';

beforeAll(() => setBackend('cpu'));

describe('normalQuantile', () => {
  // Quantiles to 16 digits from tables of the normal distribution.
  it.each([
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [1e-9, -5.997807015007686],
    [1e-15, -7.941345326170997],
  ])('of %d is %d', (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 12));

  it('is odd about one half', () => {
    for (const p of [2 ** -33, 0.01, 0.07, 0.2, 0.49]) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 9);
  });

  it("uses the engine's logarithm nowhere: it stays the same when Math.log is broken", () => {
    const { log } = Math;
    const before = normalQuantile(1e-5);
    Math.log = () => Number.NaN;
    expect(normalQuantile(1e-5)).toBe(before);
    Math.log = log;
  });
});

it('has the density that the quantiles have: dp/dz', () => {
  for (const p of [1e-6, 0.02, 0.3, 0.5, 0.9]) {
    const half = Math.min(p, 1 - p) * 1e-4;
    const slope = (2 * half) / (normalQuantile(p + half) - normalQuantile(p - half));
    expect(logNormalDensity(normalQuantile(p))).toBeCloseTo(Math.log(slope), 7);
  }
});

describe('normals', () => {
  const draws = normals(key(7), 200_000);
  const moment = (power: number) => draws.reduce((sum, z) => sum + z ** power, 0) / draws.length;

  it('have the moments 0, 1, 0, 3 within five standard errors', () => {
    const error = 5 / Math.sqrt(draws.length);
    expect(Math.abs(moment(1))).toBeLessThan(error);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(moment(3))).toBeLessThan(error * Math.sqrt(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error * Math.sqrt(96));
  });

  it('can be drawn in pieces', () => {
    expect(normals(key(7), 50, 100)).toEqual(draws.slice(100, 150));
  });
});

describe('normal', () => {
  it('gives sample i the same numbers in every batch', () => {
    const four = normal(key(1), [4, 2, 3]).dataSync();
    expect(normal(key(1), [2, 2, 3]).dataSync()).toEqual(four.slice(0, 12));
    expect(normal(key(1), [1, 2, 3], 3).dataSync()).toEqual(four.slice(18));
  });

  it('leaves exactly its result', () => {
    const before = memory().numTensors;
    normal(key(1), [4, 4]).dispose();
    expect(memory().numTensors).toBe(before);
  });
});
