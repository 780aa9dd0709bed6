import { describe, expect, it } from 'vitest';
import { wilson } from './wilson.js';

describe('wilson', () => {
  // Newcombe 1998, table I, method 3
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('is the published interval for %i of %i', (successes, trials, low, high) => {
    const interval = wilson(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('is the same for failures, the other way round, and ends at 1 where all succeed', () => {
    const [low, high] = [wilson(7, 50), wilson(43, 50)];
    expect(low.low).toBeCloseTo(1 - high.high, 14);
    expect(wilson(20, 20).high).toBe(1);
  });

  it('is wider the surer it has to be', () => {
    const at = (confidence: number) => wilson(30, 100, { confidence });
    expect(at(0.99).high).toBeGreaterThan(at(0.95).high);
    expect(at(0.99).low).toBeLessThan(at(0.95).low);
  });

  it('refuses counts that cannot be, and certainty', () => {
    for (const [k, n] of [
      [3, 2],
      [-1, 2],
      [0, 0],
      [0.5, 2],
    ] as const)
      expect(() => wilson(k, n)).toThrow(expect.objectContaining({ code: 'count-invalid' }));
    expect(() => wilson(1, 2, { confidence: 1 })).toThrow(expect.objectContaining({ code: 'confidence-out-of-range' }));
  });
});
