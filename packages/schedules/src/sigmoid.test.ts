import { describeSchedule } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { sigmoid } from './sigmoid.js';

describeSchedule('sigmoid', sigmoid);
describeSchedule('sigmoid from 0 to 3', () => sigmoid({ start: 0, end: 3, tau: 0.3 }));

describe('sigmoid', () => {
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));

  test.each([
    [-3, 3, 1],
    [0, 3, 0.7],
    [-3, 1, 0.5],
  ])('is the scaled logistic function of the paper, from %d to %d at temperature %d', (start, end, tau) => {
    const [first, last] = [logistic(start / tau), logistic(end / tau)];
    for (const t of [0.05, 0.3, 0.5, 0.8, 0.95]) {
      const alphaBar = (last - logistic((start + t * (end - start)) / tau)) / (last - first);
      expect(logistic(sigmoid({ start, end, tau }).logSnr(t))).toBeCloseTo(alphaBar, 12);
    }
  });

  test('becomes a straight line at high temperature', () => {
    const { logSnr, time } = sigmoid({ tau: 1e6 });
    for (const t of [1e-9, 0.2, 0.5, 0.9]) expect(logSnr(t)).toBeCloseTo(Math.log((1 - t) / t), 9);
    expect(time(Math.log(4))).toBeCloseTo(0.2, 9);
  });

  test('has infinite ends, and keeps its digits near them', () => {
    const { logSnr, time } = sigmoid();
    expect([logSnr(0), logSnr(1), time(Infinity), time(-Infinity)]).toEqual([Infinity, -Infinity, 0, 1]);
    expect(time(logSnr(1e-200)) / 1e-200).toBeCloseTo(1, 9);
    expect(sigmoid({ tau: 0.01 }).time(sigmoid({ tau: 0.01 }).logSnr(0.4))).toBeCloseTo(0.4, 12);
  });

  test('comes back also from the steepest piece that it takes', () => {
    const { logSnr, time } = sigmoid({ start: -350, end: 350 });
    for (const t of [0.01, 0.3, 0.9, 0.999]) expect(time(logSnr(t))).toBeCloseTo(t, 12);
  });

  test('refuses an empty piece and a bad temperature', () => {
    expect(() => sigmoid({ start: 1, end: 1 })).toThrow('`start` must be below `end`, got start 1 and end 1');
    expect(() => sigmoid({ tau: 0 })).toThrow(expect.objectContaining({ code: 'tau-not-positive' }));
    expect(() => sigmoid({ tau: Infinity })).toThrow(RangeError);
    expect(() => sigmoid({ tau: 1e-3 })).toThrow('at least (end − start)/700');
  });
});
