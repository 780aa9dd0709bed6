import type { StepContext } from '@tweedie/core';
import { describeGoldens, dpmFastTrajectory, evaluationsOf, number, record, settings } from '@tweedie/goldens';
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ancestral } from './ancestral.js';
import { dpmFast } from './dpm-fast.js';
import { singlestepOrders } from './singlestep-orders.js';

// The kit runs any number of steps: as many as 3n − 1 evaluations take.
for (const over of ['epsilon', 'x0'] as const)
  describeSampler(
    `dpmFast over ${over}`,
    <X>() => ({
      step: (context: StepContext<X>, x: X) =>
        dpmFast<X>({ evaluations: 3 * context.count - 1, over }).step(context, x, undefined),
    }),
    {
      order: 3,
      evaluationsPerStep: ({ from, to, index, count }) => (to.sigma === 0 || from.alpha === 0 ? 1 : index === count - 1 ? 2 : 3),
      exactOnPoint: true,
      formInvariant: true,
    },
  );

describeGoldens('dpmFast', kDiffusion, (golden, header) => {
  if (golden.function !== 'sample_dpm_fast') return undefined;
  const noise = { eta: 0, ...settings(golden, { eta: 'eta', s_noise: 'scale' }), min: number(record(golden.kwargs).sigma_min) };
  return dpmFastTrajectory(golden, header, ancestral(dpmFast({ evaluations: evaluationsOf(golden) }), noise));
});

const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
const exact = mixtureDenoiser(threeGaussians);

test('spends the budget, whatever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 2, 3), (evaluations, order) => {
      let calls = 0;
      const steps = singlestepOrders(evaluations, order).length;
      samplePlain({
        denoiser: (x, level) => {
          calls++;
          return exact(x, level, undefined);
        },
        process,
        sampler: dpmFast({ evaluations, order }),
        levels: Array.from({ length: steps + 1 }, (_, i) => process.level(-5 + (10 * i) / steps)),
        start: Float64Array.of(0.3, -1),
      });
      expect(calls).toBe(evaluations);
    }),
  );
});

test('says how many steps it needs', () => {
  const run = () =>
    samplePlain({
      denoiser: exact,
      process,
      sampler: dpmFast({ evaluations: 10 }),
      levels: [-1, 0, 1].map(process.level),
      start: Float64Array.of(0.3, -1),
    });
  expect(run).toThrow(
    expect.objectContaining({ code: 'sequence-length', message: '`steps` must be 4, one for each sampler, got 2' }),
  );
  expect(() => dpmFast({ evaluations: 0 })).toThrow(expect.objectContaining({ code: 'evaluations-not-positive' }));
});
