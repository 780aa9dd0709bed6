/** Conformance of a noise schedule. */
import type { NoiseSchedule } from '@tweedie/core';
import { describe, expect, test } from 'vitest';
import { relative } from './internal/numbers.js';

/** Interior times that no table has as a node: multiples of the golden ratio, modulo 1. */
const scattered: readonly number[] = Array.from({ length: 97 }, (_, i) => ((i + 1) * 0.6180339887498949) % 1).sort(
  (a, b) => a - b,
);

/**
 * Tests a schedule: strictly decreasing from 0 to 1, `time` its inverse and clamped to [0, 1], `slope` its derivative.
 * @param name what the tests are called
 * @param schedule the factory
 * @param options.times interior times to test at; give some between the nodes of a table, where the slope jumps
 */
export function describeSchedule(
  name: string,
  schedule: () => NoiseSchedule,
  options: { readonly times?: readonly number[] } = {},
): void {
  const times = [...(options.times ?? scattered)].sort((a, b) => a - b);

  describe(name, () => {
    test('falls strictly from t = 0 to t = 1', () => {
      const { logSnr } = schedule();
      const values = [0, ...times, 1].map((t) => logSnr(t));
      const rises = values.flatMap((value, i) => (i === 0 || value < (values[i - 1] as number) ? [] : [[0, ...times, 1][i]]));
      expect(rises).toEqual([]);
    });

    test('`time` undoes `logSnr`', () => {
      const { logSnr, time } = schedule();
      // How exactly t can come back is a matter of how much log-SNR a rounding error is.
      for (const t of times) expect(Math.abs(time(logSnr(t)) - t)).toBeLessThan(1e-9);
      for (const t of [0, 1]) expect(time(logSnr(t))).toBeCloseTo(t, 9);
    });

    test('`time` is clamped beyond the ends', () => {
      const { time } = schedule();
      expect(time(Infinity)).toBeCloseTo(0, 9);
      expect(time(-Infinity)).toBeCloseTo(1, 9);
      for (const logSnr of [-1000, -40, 0, 40, 1000]) {
        expect(time(logSnr)).toBeGreaterThanOrEqual(0);
        expect(time(logSnr)).toBeLessThanOrEqual(1);
      }
    });

    test('`slope` is the derivative, and negative', () => {
      const { logSnr, slope } = schedule();
      for (const t of times) {
        const h = 1e-4 * Math.min(t, 1 - t);
        const difference = (logSnr(t + h) - logSnr(t - h)) / (2 * h);
        expect(slope(t)).toBeLessThan(0);
        expect(relative(slope(t), difference), `at t = ${t}`).toBeLessThan(1e-5);
      }
    });

    test('its functions ignore `this`', () => {
      const { logSnr, time, slope } = schedule();
      expect([logSnr, time, slope].map((f) => f(0.5)).every(Number.isFinite)).toBe(true);
    });
  });
}
