import {
  askedBeforeChurn,
  describeGoldens,
  diffusersTrajectory,
  edmTrajectory,
  type Json,
  kDiffusionTrajectory,
  number,
  record,
  text,
} from '@tweedie/goldens';
import edmEuler from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import eulers from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/edm.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, pointDenoiser, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { churned } from './churned.js';
import { dormandPrince } from './dormand-prince.js';
import { elementary } from './elementary.js';
import { euler } from './euler.js';
import { heun } from './heun.js';

const promises = { stochastic: true, exactOnPoint: true, formInvariant: true } as const;
describeSampler('churned Euler', <X>() => churned(euler<X>(), { amount: 3 }), { ...promises, order: 1, evaluationsPerStep: 1 });
describeSampler('churned Heun', <X>() => churned(heun<X>(), { amount: 3 }), {
  ...promises,
  order: 2,
  evaluationsPerStep: stages(2),
});

/** The churn that a case asks for, if any. */
function churn(given: Json | undefined, names: readonly [amount: string, min: string, max: string, scale: string]) {
  const [amount = 0, min = 0, max = Infinity, scale = 1] = names.map((name) => record(given)[name]);
  if (amount === 0) return undefined;
  return { amount: number(amount), min: number(min), max: number(max), scale: number(scale) };
}
const lower = ['s_churn', 's_tmin', 's_tmax', 's_noise'] as const;

describeGoldens('churned', kDiffusion, (golden, header) => {
  const inner = { sample_euler: euler, sample_heun: heun }[String(golden.function)];
  const options = churn(golden.kwargs, lower);
  if (inner === undefined || options === undefined) return undefined;
  return kDiffusionTrajectory(golden, header, churned(inner<Float64Array>(), options));
});
for (const file of [eulers, edmEuler])
  describeGoldens('churned Euler', file, (golden, header) => {
    const options = churn(golden.step_kwargs, lower);
    if (options === undefined || !/^(EDM)?Euler(Discrete)?Scheduler$/.test(text(golden.class))) return undefined;
    return diffusersTrajectory(golden, header, askedBeforeChurn(golden, churned(euler<Float64Array>(), options)));
  });
describeGoldens('churned Heun', edm, (golden, header) => {
  const options = churn(golden.kwargs, ['S_churn', 'S_min', 'S_max', 'S_noise']);
  if (golden.function !== 'edm_sampler' || options === undefined) return undefined;
  return edmTrajectory(golden, header, churned(heun<Float64Array>(), options));
});

test('what makes no sense is refused', () => {
  expect(() => churned(euler(), { amount: -1 })).toThrow(expect.objectContaining({ code: 'churn-out-of-range' }));
  expect(() => churned(euler(), { amount: 1, min: Number.NaN })).toThrow('`min` must not be negative or above `max`, got NaN');
  expect(() => churned(euler(), { amount: 1, scale: Infinity })).toThrow('`scale` must be finite and not negative, got Infinity');
});

test('is refused where the number of steps is not known, rather than left out', () => {
  const process = forms(linearLogSnr({ min: -10, max: 10 })).flow;
  const run = (amount: number) =>
    samplePlain({
      process,
      sampler: churned(dormandPrince<Float64Array>(), { amount }),
      control: elementary({ order: 5 }),
      levels: [-2, 2].map(process.level),
      start: Float64Array.of(1, 0.5),
      denoiser: pointDenoiser([0.3]),
    });
  expect(() => run(1)).toThrow(expect.objectContaining({ code: 'churn-uncounted' }));
  expect(run(0).at(-1)?.level).toEqual(process.level(2));
});
