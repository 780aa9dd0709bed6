import { describeSchedule } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearBeta } from './linear-beta.js';

describeSchedule('linearBeta', linearBeta);
describeSchedule('linearBeta with falling rates', () => linearBeta({ betaMin: 8, betaMax: 0.5 }));
describeSchedule('linearBeta with constant rate', () => linearBeta({ betaMin: 5, betaMax: 5 }));

describe('linearBeta', () => {
  const rate = fc.double({ min: 0.01, max: 50, noNaN: true });

  test('integrates the rate', () => {
    fc.assert(
      fc.property(rate, rate, fc.double({ min: 0.01, max: 1, noNaN: true }), (betaMin, betaMax, t) => {
        const { logSnr } = linearBeta({ betaMin, betaMax });
        // −ln alpha² by the trapezium rule, which is exact for a straight line.
        const integral = (t * (betaMin + betaMin + t * (betaMax - betaMin))) / 2;
        expect(Math.log1p(Math.exp(-logSnr(t)))).toBeCloseTo(integral, 9);
      }),
    );
  });

  test('comes back from any log-SNR that it has', () => {
    fc.assert(
      fc.property(rate, rate, fc.double({ min: 0, max: 1, noNaN: true }), (betaMin, betaMax, t) => {
        const { logSnr, time } = linearBeta({ betaMin, betaMax });
        expect(time(logSnr(t))).toBeCloseTo(t, 9);
      }),
    );
  });

  test('refuses rates that are not positive', () => {
    expect(() => linearBeta({ betaMin: 0 })).toThrow('`betaMin` must be positive and finite, got 0');
    expect(() => linearBeta({ betaMax: Number.NaN })).toThrow(expect.objectContaining({ code: 'beta-not-positive' }));
  });
});
