import { varianceExploding } from '@tweedie/forward-process';
import { describeSchedule } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from './clamped.js';
import { edmSampling } from './edm-sampling.js';
import { geometric } from './geometric.js';
import { karras } from './grids/karras.js';
import { shifted } from './shifted.js';

describeSchedule('edmSampling', edmSampling);
describeSchedule('edmSampling, shifted and clamped', () => clamped(shifted(edmSampling(), 2), { min: -6, max: 9 }));

test('equal times are the levels of karras', () => {
  const range = { rho: 5, sigmaMin: 0.01, sigmaMax: 30 };
  const levels = karras(range)(varianceExploding(geometric()), 9).slice(0, -1);
  const { logSnr } = edmSampling(range);
  levels.forEach((level, i) => {
    expect(logSnr(1 - i / 8)).toBeCloseTo(level.logSnr, 11);
  });
});

test('is geometric for a large exponent', () => {
  const [one, other] = [edmSampling({ rho: 1e9, sigmaMin: 0.1, sigmaMax: 10 }), geometric({ sigmaMin: 0.1, sigmaMax: 10 })];
  for (const t of [0.1, 0.5, 0.8]) expect(one.logSnr(t)).toBeCloseTo(other.logSnr(t), 7);
});

test('refuses an empty range and a bad exponent', () => {
  expect(() => edmSampling({ rho: 0 })).toThrow(expect.objectContaining({ code: 'rho-not-positive' }));
  expect(() => edmSampling({ sigmaMin: 3, sigmaMax: 2 })).toThrow('`sigmaMin` must be positive and below `sigmaMax`');
});
