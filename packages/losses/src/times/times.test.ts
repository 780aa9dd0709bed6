import { foldIn, key, type TimeSampler } from '@tweedie/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { antithetic, stratified, uniformTimes } from '../index.js';

const draws = (sampler: TimeSampler, count: number, from: number, to: number): readonly (readonly number[])[] =>
  Array.from({ length: to - from }, (_, i) => sampler.draw(foldIn(key(1), from + i), count).times);

describe.each(Object.entries({ uniformTimes, stratified, antithetic }))('%s', (_, make) => {
  it('is uniform on (0, 1) at every place of the batch', () => {
    for (const place of [0, 3]) {
      const times = draws(make(), 5, 0, 4000)
        .map((batch) => batch[place] ?? Number.NaN)
        .sort((a, b) => a - b);
      const distance = Math.max(...times.map((t, i) => Math.abs(t - (i + 0.5) / times.length)));
      expect(distance).toBeLessThan(1.63 / Math.sqrt(times.length)); // Kolmogorov-Smirnov at 1 %
    }
  });

  it('stays inside, and depends on the key alone', () => {
    const times = draws(make(), 7, 0, 200).flat();
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThan(1);
    expect(draws(make(), 7, 5, 6)).toEqual(draws(make(), 7, 5, 6));
    expect(draws(make(), 7, 5, 6)).not.toEqual(draws(make(), 7, 6, 7));
  });
});

it('gives as many times as are asked for, inside (0, 1), from any key', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 40 }), (seed, count) => {
      for (const sampler of [uniformTimes(), stratified(), antithetic()]) {
        const { times } = sampler.draw(key(seed), count);
        expect(times).toHaveLength(count);
        expect(times.filter((t) => !(t > 0 && t < 1))).toEqual([]);
      }
    }),
    { seed: 3 },
  );
});

it('stratified puts one time in each stratum', () => {
  for (const times of draws(stratified(), 16, 0, 20)) expect(new Set(times.map((t) => Math.floor(t * 16))).size).toBe(16);
});

it('antithetic times come in pairs that add up to 1', () => {
  for (const count of [6, 7]) {
    const { times } = antithetic().draw(key(3), count);
    expect(times).toHaveLength(count);
    for (let i = 0; i + 1 < count; i += 2) expect((times[i] ?? 0) + (times[i + 1] ?? 0)).toBeCloseTo(1, 15);
  }
});

it('antithetic times have no variance where a loss rises along a line', () => {
  for (const times of draws(antithetic(), 8, 0, 20)) expect(times.reduce((sum, t) => sum + t, 0)).toBeCloseTo(4, 12);
});

it('stratified lowers the variance of a mean', () => {
  const variance = (sampler: TimeSampler): number => {
    const means = draws(sampler, 16, 0, 300).map((times) => times.reduce((sum, t) => sum + t ** 2, 0) / 16);
    return means.reduce((sum, m) => sum + (m - 1 / 3) ** 2, 0) / means.length;
  };
  expect(variance(stratified())).toBeLessThan(variance(uniformTimes()) / 10);
});
