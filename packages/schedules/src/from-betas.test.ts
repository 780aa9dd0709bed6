import { describeSchedule } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearBetas, scaledLinearBetas } from './betas.js';
import { fromBetas } from './from-betas.js';
import { linearBeta } from './linear-beta.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

const between = Array.from({ length: 50 }, (_, i) => (i + 0.4) / 50);
describeSchedule('fromBetas', () => fromBetas(linearBetas({ steps: 50, end: 0.3 })), { times: between });
describeSchedule('fromBetas of one entry', () => fromBetas([0.3]), { times: [0.1, 0.5, 0.9] });
describeSchedule('fromBetas with zero terminal SNR', () => fromBetas(zeroTerminalSnr(linearBetas({ steps: 50, end: 0.3 }))), {
  times: between,
});

describe('fromBetas', () => {
  const tables = fc.array(fc.double({ min: 1e-6, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 300 });

  test('meets the table at its nodes, and finds them again', () => {
    fc.assert(
      fc.property(tables, (betas) => {
        const { logSnr, time } = fromBetas(betas);
        let alphaBar = 1;
        betas.forEach((beta, i) => {
          alphaBar *= 1 - beta;
          const t = (i + 1) / betas.length;
          if (alphaBar < 1e-290) return;
          const noise = i === 0 ? beta : 1 - alphaBar;
          expect(Math.exp(logSnr(t))).toBeCloseTo(alphaBar / noise, -Math.log10(alphaBar / noise) + 8);
          expect(time(logSnr(t))).toBeCloseTo(t, 12);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('is linear in sigma/alpha before the first entry and in log-SNR between entries', () => {
    const { logSnr } = fromBetas(scaledLinearBetas());
    const ratio = (t: number) => Math.exp(-logSnr(t) / 2);
    expect(ratio(0.00025)).toBeCloseTo(ratio(0.001) / 4, 15);
    expect(logSnr(0)).toBe(Infinity);
    expect(logSnr(0.50075)).toBeCloseTo(0.25 * logSnr(0.5) + 0.75 * logSnr(0.501), 12);
  });

  test('is linear in alpha/sigma down to zero terminal SNR', () => {
    const { logSnr, time } = fromBetas(zeroTerminalSnr(scaledLinearBetas()));
    const ratio = (t: number) => Math.exp(logSnr(t) / 2);
    expect(ratio(0.9995)).toBeCloseTo(ratio(0.999) / 2, 15);
    expect([logSnr(1), time(-Infinity)]).toEqual([-Infinity, 1]);
    expect(time(logSnr(0.99975))).toBeCloseTo(0.99975, 12);
  });

  test('tends to the continuous schedule as the table gets finer', () => {
    const gap = (steps: number) => {
      const fine = fromBetas(linearBetas({ steps, start: 0.1 / steps, end: 20 / steps }));
      return Math.abs(fine.logSnr(0.5) - linearBeta().logSnr(0.5));
    };
    expect(gap(10_000)).toBeLessThan(2e-3);
    expect(gap(1000) / gap(10_000)).toBeCloseTo(10, 0);
  });

  test('keeps the digits of tiny betas', () => {
    // 1 − ᾱ = 1e-12 to all digits, where 1 − (1 − 1e-12) has lost four.
    expect(fromBetas([1e-12, 0.5]).logSnr(0.5)).toBeCloseTo(Math.log(1e12), 11);
  });

  test.each([
    [[], 'betas-empty'],
    [[0.1, 0, 0.2], 'beta-out-of-range'],
    [[0.1, 1, 0.2], 'beta-out-of-range'],
    [[1], 'beta-out-of-range'],
    [[0.1, Number.NaN], 'beta-out-of-range'],
    [[0.1, 1e-30], 'beta-out-of-range'],
  ])('refuses %j', (betas, code) => {
    expect(() => fromBetas(betas)).toThrow(expect.objectContaining({ code }));
  });
});
