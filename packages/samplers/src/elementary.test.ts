import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementary } from './elementary.js';

test('asks at once for the length at which the error is the tolerance, times the safety', () => {
  const positive = fc.double({ min: 0.1, max: 50, noNaN: true }); // within the smallest factor
  fc.assert(
    fc.property(positive, positive, fc.constantFrom(2, 3, 5), (right, length, order) => {
      const { next } = elementary({ order, safety: 0.8, growth: Infinity });
      const verdict = next((length / right) ** order, length);
      expect(verdict.length / right).toBeCloseTo(0.8, 10);
      expect(verdict.accept).toBe(length <= right);
    }),
    { seed: 1 },
  );
});

test('grows by no more than the bound, also where there is no error', () => {
  expect(elementary().next(0, 1)).toEqual({ accept: true, length: 5 });
  expect(elementary({ growth: Infinity }).next(0, 1)).toEqual({ accept: true, length: Infinity });
});

test('what makes no sense is refused', () => {
  for (const options of [{ safety: 0 }, { safety: 1.1 }, { growth: 1 }, { growth: Number.NaN }, { order: -1 }])
    expect(() => elementary(options)).toThrow(expect.objectContaining({ name: 'RangeError', code: 'control-out-of-range' }));
});
