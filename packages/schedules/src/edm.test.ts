import { describeSchedule } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { clamped } from './clamped.js';
import { density } from './density.js';
import { edm } from './edm.js';

describeSchedule('edm', edm);
describeSchedule('edm of the second kind, clamped', () => clamped(edm({ mean: -0.4, deviation: 1 }), { min: -6, max: 8 }));

describe('edm', () => {
  // 20 digits by arbitrary precision arithmetic.
  test.each([
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-15, -7.941345326170997],
    [1e-5, -4.264890793922825],
    [0.01, -2.326347874040841],
    [0.2, -0.8416212335729142],
    [0.4999, -0.0002506628300880351],
    [0.7, 0.5244005127080408],
  ])('the normal quantile at %d is %d', (p, quantile) => {
    const { logSnr, time } = edm({ mean: 0, deviation: 1 });
    expect(logSnr(p) / (-2 * quantile)).toBeCloseTo(1, 11);
    expect(time(-2 * quantile) / p).toBeCloseTo(1, 9);
  });

  test('has the median in the middle, and infinite ends', () => {
    const { logSnr, time, slope } = edm();
    expect(logSnr(0.5)).toBeCloseTo(2.4, 14);
    expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
    expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
  });

  test('log-SNR is normal: mean 2.4, standard deviation 2.4', () => {
    const p = density(edm());
    for (const logSnr of [-4, 0, 2.4, 9])
      expect(p(logSnr)).toBeCloseTo(Math.exp(-(((logSnr - 2.4) / 2.4) ** 2) / 2) / (2.4 * Math.sqrt(2 * Math.PI)), 12);
  });

  test('refuses a bad mean and deviation', () => {
    expect(() => edm({ deviation: -1 })).toThrow('`deviation` must be positive and finite, got -1');
    expect(() => edm({ mean: Infinity })).toThrow(expect.objectContaining({ code: 'mean-not-finite' }));
  });
});
