import type { NoiseLevel } from '@tweedie/core';
import { posterior, variancePreserving } from '@tweedie/forward-process';
import { cosine } from '@tweedie/schedules';
import { describeParameterization, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { posteriorMean } from './posterior-mean.js';

const processes = Object.values(forms(linearLogSnr({ min: -20, max: 20 })));

/** The level of the same process whose log-SNR is larger by one. */
function cleaner(level: NoiseLevel): NoiseLevel {
  const process = processes.find(
    ({ level: at }) => at(level.logSnr).alpha === level.alpha && at(level.logSnr).sigma === level.sigma,
  );
  if (process === undefined) throw new RangeError(`no process has the level at log-SNR ${level.logSnr}`);
  return process.level(level.logSnr + 1);
}

describeParameterization('posterior mean', () => posteriorMean((level) => posterior(level, cleaner(level))), {
  undefinedAt: ['clean', 'noise'],
});

test('of the step to clean data is the data', () => {
  const process = variancePreserving(cosine());
  const parameterization = posteriorMean((level) => posterior(level, process.level(Infinity)));
  expect(parameterization(process.at(0.3))).toMatchObject({ out: 1, target: [1, 0] });
  expect(parameterization(process.at(0.3)).skip).toBeCloseTo(0, 15);
});
