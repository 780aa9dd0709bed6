import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { cosine } from './cosine.js';
import { rectifiedFlow } from './rectified-flow.js';
import { shifted } from './shifted.js';

describeSchedule('shifted cosine', () => shifted(cosine(), 0.5));

test('a shift of the flow schedule moves its times as a Möbius map', () => {
  // sigma' = m·sigma/(1 + (m − 1)·sigma), Esser et al. 2024, eq. 23.
  const m = 3;
  for (const t of [0.1, 0.5, 0.9]) {
    const moved = rectifiedFlow().time(shifted(rectifiedFlow(), 1 / m).logSnr(t));
    expect(moved).toBeCloseTo((m * t) / (1 + (m - 1) * t), 12);
  }
});

test('a shift must be positive', () => {
  expect(() => shifted(cosine(), 0)).toThrow('`s` must be positive and finite, got 0');
  expect(() => shifted(cosine(), Number.NaN)).toThrow(expect.objectContaining({ code: 'shift-not-positive' }));
});
