import { describeSchedule } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaledLinearBetas } from './betas.js';
import { clamped } from './clamped.js';
import { fromBetas } from './from-betas.js';
import { linearBeta } from './linear-beta.js';
import { scaledLinearBeta } from './scaled-linear-beta.js';

describeSchedule('scaledLinearBeta', scaledLinearBeta);
describeSchedule('scaledLinearBeta with falling rates', () => scaledLinearBeta({ betaMin: 12, betaMax: 0.1 }));
describeSchedule('scaledLinearBeta, clamped', () => clamped(scaledLinearBeta(), { max: 8 }));

test('a constant rate is that of linearBeta', () => {
  const [one, other] = [scaledLinearBeta({ betaMin: 3, betaMax: 3 }), linearBeta({ betaMin: 3, betaMax: 3 })];
  for (const t of [1e-12, 0.3, 1]) expect(one.logSnr(t)).toBeCloseTo(other.logSnr(t), 12);
});

test('integrates the rate: Simpson is exact for a square', () => {
  const rate = fc.double({ min: 0.01, max: 50, noNaN: true });
  fc.assert(
    fc.property(rate, rate, fc.double({ min: 0.01, max: 1, noNaN: true }), (betaMin, betaMax, t) => {
      const { logSnr, time } = scaledLinearBeta({ betaMin, betaMax });
      const beta = (s: number) => (Math.sqrt(betaMin) * (1 - s) + Math.sqrt(betaMax) * s) ** 2;
      const integral = (t / 6) * (beta(0) + 4 * beta(t / 2) + beta(t));
      expect(Math.log1p(Math.exp(-logSnr(t)))).toBeCloseTo(integral, 9);
      expect(time(logSnr(t))).toBeCloseTo(t, 9);
    }),
  );
});

test('is the limit of the table', () => {
  // 1000 betas of 10^5 steps each: log-SNR agrees to the order of a step.
  const steps = 100_000;
  const table = fromBetas(scaledLinearBetas({ steps, start: 0.85 / steps, end: 12 / steps }));
  for (const t of [0.2, 0.5, 1]) expect(table.logSnr(t)).toBeCloseTo(scaledLinearBeta().logSnr(t), 3);
});

test('keeps digits near the data, and refuses bad rates', () => {
  const { logSnr, time } = scaledLinearBeta();
  expect(time(logSnr(1e-200)) / 1e-200).toBeCloseTo(1, 9);
  expect(() => scaledLinearBeta({ betaMax: -1 })).toThrow('`betaMax` must be positive and finite, got -1');
});
