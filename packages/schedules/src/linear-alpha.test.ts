import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from './clamped.js';
import { linearAlpha } from './linear-alpha.js';

describeSchedule('linearAlpha', linearAlpha);
describeSchedule('linearAlpha, clamped', () => clamped(linearAlpha(), { min: -9, max: 9 }));

test('alpha is 1 − t', () => {
  for (const t of [1e-3, 0.25, 0.5, 0.9]) expect(1 / Math.sqrt(1 + Math.exp(-linearAlpha().logSnr(t)))).toBeCloseTo(1 - t, 14);
});

test('has infinite ends, and keeps its digits near them', () => {
  const { logSnr, time, slope } = linearAlpha();
  expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
  expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
  expect(time(logSnr(1e-200)) / 1e-200).toBeCloseTo(1, 9);
  expect((1 - time(logSnr(1 - 2 ** -30))) * 2 ** 30).toBeCloseTo(1, 6);
});
