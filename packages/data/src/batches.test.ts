import { foldIn, key } from '@tweedie/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batches } from './batches.js';
import { permutation } from './shuffle.js';

const numbers = (size: number) => ({ size, batch: (indices: ArrayLike<number>) => Array.from(indices) });

function take<T>(source: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => source.next().value as T);
}

describe('permutation', () => {
  test('has every index once', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), (seed, size) => {
        expect([...permutation(key(seed), size)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
    );
  });

  test('each of the 24 orders of four is as likely as the others', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let i = 0; i < draws; i++) {
      const order = permutation(foldIn(key(3), i), 4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const expected = draws / 24;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(24);
    expect(chiSquare).toBeLessThan(49.7); // 99.9 % quantile at 23 degrees of freedom
  });
});

describe('batches', () => {
  const cases = fc.record({ seed: fc.nat(), total: fc.integer({ min: 1, max: 40 }), size: fc.integer({ min: 1, max: 50 }) });

  test('are full, and every example comes once per epoch', () => {
    fc.assert(
      fc.property(cases, ({ seed, total, size }) => {
        const all = take(batches(numbers(total), { size, key: key(seed) }), Math.ceil((3 * total) / size)).flat();
        for (let epoch = 0; epoch < 3; epoch++) expect(new Set(all.slice(epoch * total, (epoch + 1) * total)).size).toBe(total);
      }),
    );
  });

  test('resume anywhere with the same batches', () => {
    fc.assert(
      fc.property(cases, fc.nat(30), ({ seed, total, size }, from) => {
        const whole = take(batches(numbers(total), { size, key: key(seed) }), from + 3);
        expect(take(batches(numbers(total), { size, key: key(seed), from }), 3)).toEqual(whole.slice(from));
      }),
    );
  });

  test('differ from epoch to epoch and from key to key', () => {
    const [first, second] = take(batches(numbers(50), { size: 50, key: key(0) }), 2);
    const [other] = take(batches(numbers(50), { size: 50, key: key(1) }), 1);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(other);
  });

  test('refuse what cannot be', () => {
    expect(() => batches(numbers(5), { size: 0, key: key(0) }).next()).toThrow(
      expect.objectContaining({ code: 'size-not-positive' }),
    );
    expect(() => batches(numbers(0), { size: 1, key: key(0) }).next()).toThrow(
      expect.objectContaining({ code: 'size-not-positive' }),
    );
    expect(() => batches(numbers(5), { size: 1, key: key(0), from: -1 }).next()).toThrow(
      expect.objectContaining({ code: 'from-negative' }),
    );
  });
});
