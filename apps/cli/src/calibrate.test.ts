import { expect, it } from 'vitest';
import { stepsWithin } from './calibrate.js';

it('keeps the whole command within its minutes, the time spent so far included', () => {
  for (const [minutes, gone, perStep] of [
    [10, 60, 0.15],
    [2, 5, 0.3],
    [600, 100, 1.7],
  ] as const) {
    const seconds = gone + perStep * stepsWithin(minutes, gone, perStep, 50);
    expect(seconds).toBeLessThan(60 * minutes - 30);
    expect(seconds).toBeGreaterThan(60 * minutes * 0.55);
  }
});

it('makes more steps than the warm-up even where time is up', () => {
  expect(stepsWithin(1, 500, 0.2, 50)).toBe(51);
});
