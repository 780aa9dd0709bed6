import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from './clamped.js';
import { density } from './density.js';
import { laplace } from './laplace.js';
import { shifted } from './shifted.js';

describeSchedule('laplace', laplace);
describeSchedule('laplace with a mean and a scale, clamped', () => clamped(laplace({ mean: 1, scale: 2 }), { min: -9, max: 9 }));

test('log-SNR has the Laplace density', () => {
  const p = density(laplace({ mean: 1, scale: 2 }));
  for (const logSnr of [-5, 0, 1, 1.5, 20]) expect(p(logSnr)).toBeCloseTo(Math.exp(-Math.abs(logSnr - 1) / 2) / 4, 12);
});

test('a mean is a shift, and the ends are infinite', () => {
  const [one, other] = [laplace({ mean: 3 }), shifted(laplace(), Math.exp(1.5))];
  for (const t of [0.1, 0.5, 0.9]) expect(one.logSnr(t)).toBeCloseTo(other.logSnr(t), 12);
  const { logSnr, time, slope } = laplace();
  expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
  expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
  expect(time(logSnr(1e-200)) / 1e-200).toBeCloseTo(1, 9);
});

test('refuses a bad mean and scale', () => {
  expect(() => laplace({ scale: 0 })).toThrow('`scale` must be positive and finite, got 0');
  expect(() => laplace({ mean: Number.NaN })).toThrow(expect.objectContaining({ code: 'mean-not-finite' }));
});
