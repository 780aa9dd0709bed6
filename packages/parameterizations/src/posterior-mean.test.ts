import type { NoiseLevel } from '@tweedie/core';
import { posterior, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers, slices, text } from '@tweedie/goldens';
import improved from '@tweedie/goldens/forward/improved-diffusion.json' with { type: 'json' };
import { cosine, cosineBetas, fromBetas, linearBetas, respacedIndices } from '@tweedie/schedules';
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

describeGoldens('prediction of the posterior mean', improved, (golden) => {
  if (golden.x0_from_posterior_mean === undefined) return undefined;
  return () => {
    const steps = number(golden.T);
    const linear = linearBetas({ steps, start: 0.1 / steps, end: 20 / steps });
    const process = variancePreserving(fromBetas(golden.schedule === 'cosine' ? cosineBetas({ steps }) : linear));
    const kept = respacedIndices(golden.respacing == null ? steps : text(golden.respacing), steps);
    const levelOf = (i: number) => process.at(((kept[i] ?? -1) + 1) / steps);
    const indices = [...numbers(golden.t)];
    const [noisy, means] = [slices(golden.q_sample), slices(golden.posterior_mean)];
    const recovered = indices.flatMap((index, i) => {
      const before = index === 0 ? process.level(Infinity) : levelOf(index - 1);
      const { skip, out } = posteriorMean((level) => posterior(level, before))(levelOf(index));
      return Array.from(noisy[i] ?? [], (x, j) => skip * x + out * (means[i]?.[j] ?? Number.NaN));
    });
    return { x0_from_posterior_mean: [recovered, golden.x0_from_posterior_mean ?? null] };
  };
});
