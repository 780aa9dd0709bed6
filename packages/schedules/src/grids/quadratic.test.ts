import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from '../clamped.js';
import { cosine } from '../cosine.js';
import { quadratic } from './quadratic.js';

describeGrid('quadratic', quadratic);

test('times are squares, and end in clean data', () => {
  const levels = quadratic()(variancePreserving(clamped(cosine(), { min: -8, max: 8 })), 4);
  expect(levels.map(({ t }) => t)).toEqual([1, 9 / 16, 1 / 4, 1 / 16, 0]);
  expect(levels[4]?.sigma).toBe(0);
});

test('refuses a start at pure noise', () => {
  expect(() => quadratic()(varianceExploding(cosine()), 4)).toThrow('wrap the schedule in `clamped');
});
