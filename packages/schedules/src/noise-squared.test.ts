import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from './clamped.js';
import { cosine } from './cosine.js';
import { linearBeta } from './linear-beta.js';
import { noiseSquared } from './noise-squared.js';
import { shifted } from './shifted.js';

describeSchedule('linearBeta, noise squared', () => noiseSquared(linearBeta()));
describeSchedule('cosine, noise squared', () => noiseSquared(cosine()));
describeSchedule('clamped, shifted, noise squared', () => clamped(shifted(noiseSquared(cosine()), 0.5), { min: -9, max: 9 }));

test('keeps alpha and squares sigma', () => {
  for (const t of [0.01, 0.3, 0.7, 0.99]) {
    // alpha = cos(πt/2), and sigma is sin²(πt/2).
    const [alpha, sigma] = [Math.cos((Math.PI * t) / 2), Math.sin((Math.PI * t) / 2)];
    expect(noiseSquared(cosine()).logSnr(t)).toBeCloseTo(2 * Math.log(alpha / sigma ** 2), 12);
  }
});

test('has the ends of the schedule inside, and keeps digits far out', () => {
  const { logSnr, time, slope } = noiseSquared(cosine());
  expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
  expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
  for (const t of [1e-100, 1e-9, 0.5]) expect(time(logSnr(t)) / t).toBeCloseTo(1, 10);
  expect((1 - time(logSnr(1 - 2 ** -30))) * 2 ** 30).toBeCloseTo(1, 6);
});
