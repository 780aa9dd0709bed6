import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { betasFromAlphaBar } from './betas.js';
import { exponential } from './exponential.js';
import { fromBetas } from './from-betas.js';
import { shifted } from './shifted.js';

describeSchedule('exponential', exponential);
describeSchedule('exponential, slow and shifted', () => shifted(exponential({ rate: 0.5 }), 2));

test('is met by its table at the entries', () => {
  const table = fromBetas(betasFromAlphaBar((t) => Math.exp(-12 * t), { steps: 50 }));
  for (let i = 1; i <= 50; i++) expect(table.logSnr(i / 50)).toBeCloseTo(exponential().logSnr(i / 50), 9);
});

test('halves the signal power in equal times', () => {
  const { logSnr } = exponential({ rate: 8 * Math.LN2 });
  for (let i = 1; i <= 8; i++) expect(1 / (1 + Math.exp(-logSnr(i / 8)))).toBeCloseTo(2 ** -i, 14);
});

test('keeps digits near the data, and refuses a bad rate', () => {
  const { logSnr, time, slope } = exponential();
  expect(time(logSnr(1e-200)) / 1e-200).toBeCloseTo(1, 9);
  expect(slope(0)).toBe(-Infinity);
  expect(() => exponential({ rate: 0 })).toThrow(expect.objectContaining({ code: 'rate-not-positive' }));
});
