import { foldIn, key, normals, signs } from '@tweedie/core';
import { describe, expect, it } from 'vitest';
import { kernelDistance } from './kernel-distance.js';

const TRIALS = 400;

/** Mean of many estimates, and its standard error. */
function mean(estimates: readonly number[]) {
  const value = estimates.reduce((sum, each) => sum + each, 0) / estimates.length;
  const squares = estimates.reduce((sum, each) => sum + (each - value) ** 2, 0);
  return { value, error: Math.sqrt(squares / (estimates.length - 1) / estimates.length) };
}

describe('kernelDistance', () => {
  it('is without bias: on average 0 for two sets of one distribution, also of different sizes', () => {
    const draw = (i: number, rows: number) => ({ values: normals(foldIn(key(5), i), rows * 3), columns: 3 });
    const { value, error } = mean(
      Array.from({ length: TRIALS }, (_, i) => kernelDistance(draw(2 * i, 30), draw(2 * i + 1, 50), { blocks: 5 }).value),
    );
    expect(Math.abs(value)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.05);
  });

  it('is on average E k(x, x′) − 2·E k(x, y) + E k(y, y′): 3 between ±1 and 0', () => {
    const zeros = { values: new Float32Array(20), columns: 1 };
    const { value, error } = mean(
      Array.from({ length: TRIALS }, (_, i) => kernelDistance({ values: signs(foldIn(key(6), i), 20), columns: 1 }, zeros).value),
    );
    expect(Math.abs(value - 3)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.1);
  });

  it('knows its own standard error', () => {
    const draw = (i: number) => ({ values: normals(foldIn(key(7), i), 200), columns: 2 });
    const runs = Array.from({ length: TRIALS }, (_, i) => kernelDistance(draw(2 * i), draw(2 * i + 1), { blocks: 10 }));
    const spread = mean(runs.map(({ value }) => value)).error * Math.sqrt(TRIALS);
    const told = Math.sqrt(mean(runs.map(({ standardError }) => standardError ** 2)).value);
    expect(told / spread).toBeGreaterThan(0.8);
    expect(told / spread).toBeLessThan(1.25);
  });

  it('refuses sets of other lengths, too few blocks, and too few rows', () => {
    const set = { values: new Float32Array(40), columns: 2 };
    const refused = (code: string, work: () => void) => expect(work).toThrow(expect.objectContaining({ code }));
    refused('columns-differ', () => kernelDistance(set, { ...set, columns: 4 }));
    refused('blocks-too-few', () => kernelDistance(set, set, { blocks: 1 }));
    refused('rows-too-few', () => kernelDistance(set, set, { blocks: 11 }));
  });
});
