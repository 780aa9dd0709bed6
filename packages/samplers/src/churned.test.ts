import { describeGoldens, edmTrajectory, type GoldenCase, kDiffusionTrajectory, number, numbers, record } from '@tweedie/goldens';
import edm from '@tweedie/goldens/samplers/edm.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { churned } from './churned.js';
import { euler } from './euler.js';
import { heun } from './heun.js';

const promises = { stochastic: true, exactOnPoint: true, formInvariant: true } as const;
describeSampler('churned Euler', <X>() => churned(euler<X>(), { amount: 3 }), { ...promises, order: 1, evaluationsPerStep: 1 });
describeSampler('churned Heun', <X>() => churned(heun<X>(), { amount: 3 }), {
  ...promises,
  order: 2,
  evaluationsPerStep: ({ from, to }) => (to.sigma === 0 || from.alpha === 0 ? 1 : 2),
});

describeGoldens('churned', kDiffusion, (golden, header) => {
  const inner = { sample_euler: euler, sample_heun: heun }[String(golden.function)];
  if (inner === undefined || !golden.name.includes('/churn')) return undefined;
  const { s_churn, s_tmin, s_tmax, s_noise } = record(golden.kwargs);
  const options = { amount: number(s_churn), min: number(s_tmin), max: number(s_tmax), scale: number(s_noise) };
  return kDiffusionTrajectory(golden, header, churned(inner<Float64Array>(), options));
});
describeGoldens('churned Heun', edm, (golden, header) => {
  if (!/^edm_sampler\/.*churn/.test(golden.name)) return undefined;
  const { S_churn, S_min, S_max, S_noise } = record(golden.kwargs);
  const options = { amount: number(S_churn), min: number(S_min), max: number(S_max), scale: number(S_noise) };
  return edmTrajectory(golden, header, churned(heun<Float64Array>(), options), steps(golden));
});

/** The sigmas of the steps: the model is asked at the raised start of each, and, but for the last, at its end. */
function steps(golden: GoldenCase): readonly number[] {
  const [first = 0, ...called] = numbers(golden.model_sigmas);
  return [first, ...called.filter((_, call) => call % 2 === 0), 0];
}

test('what makes no sense is refused', () => {
  expect(() => churned(euler(), { amount: -1 })).toThrow(expect.objectContaining({ code: 'churn-out-of-range' }));
  expect(() => churned(euler(), { amount: 1, min: Number.NaN })).toThrow('`min` must not be negative or above `max`, got NaN');
  expect(() => churned(euler(), { amount: 1, scale: Infinity })).toThrow('`scale` must be finite and not negative, got Infinity');
});
