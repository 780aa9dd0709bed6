import { byStep, describeGoldens, diffusersTrajectory, number, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import {
  describeSampler,
  forms,
  linearLogSnr,
  mixtureDenoiser,
  probabilityFlow,
  samplePlain,
  threeGaussians,
} from '@tweedie/testing';
import { expect, test } from 'vitest';
import { deis } from './deis.js';

for (const clock of ['log-ratio', 'time'] as const)
  for (const order of [1, 2, 3])
    describeSampler(`deis of order ${order} in ${clock}`, () => deis({ order, clock }), {
      order,
      history: order - 1,
      evaluationsPerStep: 1,
      exactOnPoint: true,
      formInvariant: true,
    });

// The kit starts with steps so small that a fourth order, which looks back on three of them, would see their rounding.
test.each(['log-ratio', 'time'] as const)('order 4 in %s, from steps that grow to their size', (clock) => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
  const denoiser = mixtureDenoiser(threeGaussians);
  const start = Float64Array.of(1.2, 0.4, -0.7, 0.9);
  const [from, to] = [process.level(-3), process.level(5)];
  const truth = probabilityFlow({ denoiser, process, from, to, start });
  const [coarse = 0, fine = 0] = [80, 160].map((steps) => {
    const grown = Array.from({ length: 16 }, (_, i) => (8 / steps) * 2 ** (i - 15));
    const uniform = Array.from({ length: steps - 1 }, (_, i) => (8 / steps) * (i + 2));
    const levels = [0, ...grown, ...uniform].map((passed) => process.level(passed - 3));
    const result = samplePlain({ denoiser, process, sampler: deis({ order: 4, clock }), levels, start }).at(-1)?.x ?? start;
    return Math.hypot(...result.map((x, i) => x - (truth[i] ?? 0)));
  });
  const measured = Math.log2(coarse / fine);
  expect(Math.abs(measured - 4), `measured ${measured}`).toBeLessThan(0.25);
});

// Below 15 steps the peer ends at orders 2 and 1, unless told not to.
describeGoldens('deis', peer, (golden, header) => {
  if (golden.class !== 'DEISMultistepScheduler') return undefined;
  const { solver_order = 2, lower_order_final = true } = record(golden.scheduler_config);
  const lowers = (count: number) => lower_order_final === true && count < 15;
  const sampler = byStep<Float64Array>((index, count) =>
    deis({ order: Math.min(number(solver_order), lowers(count) ? count - index : Infinity) }),
  );
  return diffusersTrajectory(golden, header, sampler);
});

test('what makes no sense is refused', () => {
  expect(() => deis({ order: 0 })).toThrow(expect.objectContaining({ code: 'order-not-positive' }));
  // @ts-expect-error: a plain JavaScript caller
  expect(() => deis({ clock: 'rho' })).toThrow("`clock` must be 'log-ratio' or 'time', got rho");
});
