import { forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { pluginName } from './index.js';

const processes = [linearLogSnr({ min: -10, max: 10 }), linearLogSnr({ min: -50, max: 30 })].map(
  (schedule) => forms(schedule).flow,
);

test('every weight is finite and not negative', () => {
  for (const process of processes)
    for (const t of [0, 0.25, 0.5, 0.75, 1]) {
      const weight = pluginName()(process.at(t), process);
      expect(Number.isFinite(weight)).toBe(true);
      expect(weight).toBeGreaterThanOrEqual(0);
    }
});

test('the objective is the same under every schedule: a log-SNR weighs the same', () => {
  const weights = processes.map((process) => {
    const level = process.level(-1);
    return pluginName()(level, process) / -process.schedule.slope(level.t);
  });
  expect(weights[1]).toBeCloseTo(weights[0], 12);
});
