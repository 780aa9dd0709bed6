import { describe, expect, it } from 'vitest';
import { bits, foldIn, foldInName, key, signs, split, uniform } from './key.js';

describe("JAX's numbers", () => {
  it('splits as jax.random.split does', () => {
    expect(split(key(0))).toEqual([
      [1797259609, 2579123966],
      [928981903, 3453687069],
    ]);
    expect(split(key(42))).toEqual([
      [1832780943, 270669613],
      [64467757, 2916123636],
    ]);
  });

  it('draws as jax.random.uniform does, which keeps the upper 23 bits', () => {
    const draw = (from: ReturnType<typeof key>) => (bits(from, 1)[0] as number) / 2 ** 32;
    const truncation = 2 ** -23;
    expect(Math.abs(draw(key(0)) - 0.947667)).toBeLessThan(truncation + 1e-6);
    expect(Math.abs(draw(split(key(0))[1] as ReturnType<typeof key>) - 0.00729382)).toBeLessThan(truncation);
  });

  it('folds in as split counts: fold_in(key, i) is split(key)[i]', () => {
    for (const seed of [0, 1, 10]) expect(split(key(seed), 5)).toEqual([0, 1, 2, 3, 4].map((i) => foldIn(key(seed), i)));
  });

  it('puts a seed of more than 32 bits into both words', () => {
    expect(key(2 ** 32 + 7)).toEqual([1, 7]);
  });
});

it('folds in a name by its FNV-1a hash, of which these are published', () => {
  const published: [string, number][] = [
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ];
  for (const [name, hash] of published) expect(foldInName(key(7), name)).toEqual(foldIn(key(7), hash));
});

it('gives the same elements whatever was drawn before or with them', () => {
  const all = bits(key(3), 100);
  expect(bits(key(3), 40, 60)).toEqual(all.slice(60));
  expect(uniform(key(3), 10)).toEqual(uniform(key(3), 100).slice(0, 10));
});

it('is uniform: 16 bins of 160,000 draws pass a chi-squared test at 1e-6', () => {
  const bins = new Array<number>(16).fill(0);
  for (const u of uniform(key(5), 160_000)) bins[Math.floor(u * 16)] = (bins[Math.floor(u * 16)] ?? 0) + 1;
  expect(bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(56.5);
});

it('has signs of mean 0, uncorrelated with their neighbours, within five standard errors, which can be drawn in pieces', () => {
  const all = signs(key(6), 40_000);
  const mean = (of: (i: number) => number) => all.reduce((sum, _, i) => sum + of(i), 0) / all.length;
  expect(new Set(all)).toEqual(new Set([-1, 1]));
  expect(Math.abs(mean((i) => all[i] ?? 0))).toBeLessThan(5 / 200);
  expect(Math.abs(mean((i) => (all[i] ?? 0) * (all[i + 1] ?? 0)))).toBeLessThan(5 / 200);
  expect(signs(key(6), 50, 100)).toEqual(all.slice(100, 150));
});

it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %s as a seed', (seed) => {
  expect(() => key(seed)).toThrow(expect.objectContaining({ name: 'RangeError', code: 'seed-not-an-integer' }));
  expect(() => foldIn(key(0), seed)).toThrow(expect.objectContaining({ code: 'fold-not-an-integer' }));
});
