import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { rectifiedFlow } from './rectified-flow.js';

describeSchedule('rectifiedFlow', rectifiedFlow);

test('the ends of rectifiedFlow are infinite', () => {
  const { logSnr, time, slope } = rectifiedFlow();
  expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
  expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
});
