import { describeGoldens, diffusersTrajectory, kDiffusionTrajectory, number, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { lms } from './lms.js';

for (const order of [1, 2, 3, 4])
  describeSampler(`lms of order ${order}`, () => lms({ order }), {
    order,
    history: order - 1,
    evaluationsPerStep: 1,
    exactOnPoint: true,
    formInvariant: true,
  });

describeGoldens('lms', peer, (golden, header) => {
  if (golden.class !== 'LMSDiscreteScheduler') return undefined;
  const { order = 4 } = record(golden.step_kwargs);
  return diffusersTrajectory(golden, header, lms({ order: number(order) }));
});
describeGoldens('lms', kDiffusion, (golden, header) => {
  if (golden.function !== 'sample_lms') return undefined;
  const { order = 4 } = record(golden.kwargs);
  return kDiffusionTrajectory(golden, header, lms({ order: number(order) }));
});

test.each([0, -1, 1.5, Number.NaN])('order %d is refused', (order) => {
  expect(() => lms({ order })).toThrow(expect.objectContaining({ code: 'order-not-positive' }));
});
