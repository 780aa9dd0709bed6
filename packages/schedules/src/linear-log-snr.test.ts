import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { geometric } from './geometric.js';
import { linearLogSnr } from './linear-log-snr.js';

describeSchedule('linearLogSnr', linearLogSnr);

test('has the ends of variational diffusion models, exactly', () => {
  const { logSnr, time } = linearLogSnr();
  expect([logSnr(0), logSnr(1), time(13.3), time(-5)]).toEqual([13.3, -5, 0, 1]);
});

test('is geometric in sigma/alpha', () => {
  const [one, other] = [linearLogSnr({ min: -6, max: 4 }), geometric({ sigmaMin: Math.exp(-2), sigmaMax: Math.exp(3) })];
  for (const t of [0, 0.3, 1]) expect(one.logSnr(t)).toBeCloseTo(other.logSnr(t), 12);
});

test('refuses an empty or infinite range', () => {
  expect(() => linearLogSnr({ min: 3, max: 3 })).toThrow('`min` must be below `max` and both finite, got 3 and 3');
  expect(() => linearLogSnr({ max: Infinity })).toThrow(expect.objectContaining({ code: 'log-snr-range-empty' }));
});
