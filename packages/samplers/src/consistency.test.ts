import { describeGoldens, diffusersTrajectory, fewStepTrajectory, number, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-few-step.json' with { type: 'json' };
import flow from '@tweedie/goldens/samplers/diffusers-flow-match.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { consistency } from './consistency.js';

const promises = { order: 0, evaluationsPerStep: 1, stochastic: true, exactOnPoint: true, formInvariant: true } as const;
describeSampler('consistency', consistency, promises);
describeSampler('consistency, least 0.05', () => consistency({ least: 0.05, scale: 1.01 }), promises);

describeGoldens('consistency', peer, (golden, header) => {
  const { sigma_min, s_noise } = record(golden.scheduler_config);
  if (golden.class === 'LCMScheduler') return fewStepTrajectory(golden, header, consistency());
  if (golden.class !== 'CMStochasticIterativeScheduler') return undefined;
  const options = { least: number(sigma_min ?? 0.002), scale: number(s_noise ?? 1) };
  return fewStepTrajectory(golden, header, consistency(options));
});
describeGoldens('consistency along a flow', flow, (golden, header) =>
  record(golden.scheduler_config).stochastic_sampling === true ? diffusersTrajectory(golden, header, consistency()) : undefined,
);

// Data N(0, v): the flow through x ends at x·√(v/(α²v + σ²)), which is what a consistency model answers.
test.each([1, 2, 7])('a perfect consistency model samples the data exactly, in %d steps', (steps) => {
  const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
  const variance = 0.3;
  const marginal = (t: number) => process.at(t).alpha ** 2 * variance + process.at(t).sigma ** 2;
  const levels = [...Array.from({ length: steps }, (_, i) => process.at(1 - i / steps)), process.level(Infinity)];
  const impulse = (source: number, size = 1) => Float64Array.from({ length: steps }, (_, i) => (i === source ? size : 0));
  let draws = 0;
  const responses = samplePlain({
    denoiser: (x, { t }) => x.map((value) => value * Math.sqrt(variance / marginal(t))),
    process,
    sampler: consistency<Float64Array>(),
    levels,
    start: impulse(0, Math.sqrt(marginal(1))),
    noise: () => impulse(++draws),
  }).at(-1)?.x;
  expect(responses?.reduce((sum, x) => sum + x ** 2, 0)).toBeCloseTo(variance, 12);
});

test.each([-1, Infinity, Number.NaN])('noise of %d is refused', (value) => {
  const refusal = expect.objectContaining({ code: 'noise-out-of-range' });
  expect(() => consistency({ least: value })).toThrow(refusal);
  expect(() => consistency({ scale: value })).toThrow(refusal);
});
