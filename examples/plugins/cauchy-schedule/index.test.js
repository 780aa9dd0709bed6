import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { cauchy } from './index.js';

describeSchedule('cauchy', () => cauchy());
describeSchedule('cauchy({ location: -1, scale: 3 })', () => cauchy({ location: -1, scale: 3 }));

test('half of all times are within a scale of the location', () => {
  const { logSnr, time } = cauchy({ location: -1, scale: 3 });
  expect(time(-4) - time(2)).toBeCloseTo(0.5, 12);
  expect([logSnr(0), logSnr(1)]).toEqual([Infinity, -Infinity]);
});

test('refuses a scale that is not positive', () => {
  expect(() => cauchy({ scale: 0 })).toThrow('`scale` must be positive, got 0');
});
