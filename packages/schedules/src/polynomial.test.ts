import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { polynomial } from './polynomial.js';
import { rectifiedFlow } from './rectified-flow.js';
import { shifted } from './shifted.js';

describeSchedule('polynomial', polynomial);
describeSchedule('polynomial of power 0.5, shifted', () => shifted(polynomial({ power: 0.5 }), 3));

test('a power of one is rectified flow', () => {
  for (const t of [1e-9, 0.3, 0.99]) {
    expect(polynomial({ power: 1 }).logSnr(t)).toBeCloseTo(rectifiedFlow().logSnr(t), 12);
    expect(polynomial({ power: 1 }).slope(t) / rectifiedFlow().slope(t)).toBeCloseTo(1, 12);
  }
});

test('alpha of the linear interpolant is the power of what is left of time', () => {
  for (const power of [0.5, 2, 3.5])
    for (const t of [1e-3, 0.4, 0.95])
      expect(1 / (1 + Math.exp(-polynomial({ power }).logSnr(t) / 2))).toBeCloseTo((1 - t) ** power, 13);
});

test('has infinite ends, and keeps its digits near the data', () => {
  const { logSnr, time, slope } = polynomial({ power: 3 });
  expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
  expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
  expect(time(logSnr(1e-200)) / 1e-200).toBeCloseTo(1, 9);
});

test('refuses a power that is not positive', () => {
  expect(() => polynomial({ power: 0 })).toThrow(expect.objectContaining({ code: 'power-not-positive' }));
});
