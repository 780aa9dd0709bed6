import { forms, linearLogSnr } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowTime, halfLogSnr, scheduleTime, sigmaRatio } from './clocks.js';

const clocks = Object.entries({ sigmaRatio, flowTime, halfLogSnr, scheduleTime });
const processes = Object.entries(forms(linearLogSnr({ min: -12, max: 12 })));
const cases = clocks.flatMap(([clock, make]) =>
  processes.map(([form, process]) => ({ name: `${clock}, ${form}`, process, clock: make() })),
);
const logSnr = fc.double({ min: -9, max: 9, noNaN: true });

describe.each(cases)('$name', ({ process, clock }) => {
  test('gives a level back from its time', () => {
    fc.assert(
      fc.property(logSnr, (value) => {
        const level = clock.level(clock.time(process.level(value), process), process);
        expect(Math.abs(level.logSnr - value)).toBeLessThan(1e-9);
      }),
    );
  });

  // One point and its noise: x = α·x0 + σ·ε all along the flow, whatever it is measured in.
  test('has the slope of the flow', () => {
    fc.assert(
      fc.property(logSnr, fc.double({ min: -2, max: 2, noNaN: true }), (value, x0) => {
        const along = (at: number) => {
          const level = process.level(at);
          return { time: clock.time(level, process), x: (level.alpha * x0 + 0.7 * level.sigma) / clock.scale(level) };
        };
        const [before, here, after] = [along(value - 1e-4), along(value), along(value + 1e-4)];
        const [a, b] = clock.slope(process.level(value), process);
        const expected = (after.x - before.x) / (after.time - before.time);
        const size = Math.abs(a * here.x) + Math.abs(b * x0) + Math.abs(expected);
        expect(Math.abs(a * here.x + b * x0 - expected)).toBeLessThan(1e-6 * size + 1e-9);
      }),
    );
  });
});

test("a level off the schedule has no time in the schedule's", () => {
  const { flow } = forms(linearLogSnr({ min: -3, max: 3 }));
  expect(scheduleTime().time(flow.level(Infinity), flow)).toBeNaN();
  expect(scheduleTime().time(flow.level(-4), flow)).toBeNaN();
  expect(scheduleTime().time(flow.level(-3), flow)).toBe(1);
});
