import { describeGoldens, number, numbers } from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/schedules/sigmas-diffusers.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { dynamicShift } from './dynamic-shift.js';

describeGoldens('dynamicShift', diffusers, (golden) => {
  if (golden.function !== 'calculate_shift') return undefined;
  const { base_seq_len = 256, max_seq_len = 4096, base_shift = 0.5, max_shift = 1.15 } = golden;
  const lengths = [...numbers(golden.image_seq_len)];
  const points = {
    baseLength: number(base_seq_len),
    maxLength: number(max_seq_len),
    baseShift: number(base_shift),
    maxShift: number(max_shift),
  };
  return () => ({
    linear: [lengths.map((length) => dynamicShift(length, { ...points, kind: 'linear' })), golden.mu ?? null],
    exponential: [lengths.map((length) => Math.log(dynamicShift(length, points))), golden.mu ?? null],
  });
});

test('passes through its two points, and goes on beyond', () => {
  const points = { baseLength: 100, maxLength: 300, baseShift: 2, maxShift: 4 };
  const shifts = [100, 300, 200, 400].map((length) => dynamicShift(length, { ...points, kind: 'linear' }));
  expect(shifts).toEqual([2, 4, 3, 5]);
});

test('refuses what has no shift', () => {
  expect(() => dynamicShift(0)).toThrow('`length` must be positive and finite, got 0');
  expect(() => dynamicShift(64, { baseLength: 9, maxLength: 9 })).toThrow(
    expect.objectContaining({ code: 'length-range-empty' }),
  );
  expect(() => dynamicShift(1, { kind: 'linear', baseShift: -1 })).toThrow(
    expect.objectContaining({ code: 'shift-not-positive' }),
  );
});
