import type { Sampler } from '@tweedie/core';
import { describeGoldens, diffusersTrajectory, edmAblationTrajectory, flowChurned, record, settings } from '@tweedie/goldens';
import flow from '@tweedie/goldens/samplers/diffusers-flow-match.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/edm.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { churned } from './churned.js';
import { flowTime, scheduleTime } from './clocks.js';
import { rungeKutta } from './runge-kutta.js';
import { rungeKutta2 } from './runge-kutta-2.js';

const promises = { order: 2, exactOnPoint: true, formInvariant: true } as const;
describeSampler('rungeKutta2', rungeKutta2, { ...promises, evaluationsPerStep: stages(2) });
describeSampler('rungeKutta2, inner 2/3, flow time', () => rungeKutta2({ inner: 2 / 3, clock: flowTime() }), {
  ...promises,
  evaluationsPerStep: ({ to }) => (to.sigma === 0 ? 1 : 2),
});
const choice = 'the solution is a line in t only where σ/α = t and α = 1 (Karras et al. 2022, arXiv 2206.00364, section 3)';
describeSampler('rungeKutta2, schedule time', () => rungeKutta2({ clock: scheduleTime() }), {
  order: 2,
  evaluationsPerStep: stages(2),
  exactOnPoint: { reason: choice },
  formInvariant: { reason: choice },
});

describeGoldens('rungeKutta2', flow, (golden, header) =>
  golden.class === 'FlowMatchHeunDiscreteScheduler'
    ? diffusersTrajectory(golden, header, flowChurned(golden, rungeKutta2<Float64Array>({ clock: flowTime() })))
    : undefined,
);

const churn = { S_churn: 'amount', S_min: 'min', S_max: 'max', S_noise: 'scale' };
describeGoldens('rungeKutta2', edm, (golden, header) => {
  if (golden.function !== 'ablation_sampler') return undefined;
  const clock = scheduleTime();
  const sampler: Sampler<Float64Array, undefined> =
    record(golden.kwargs).solver === 'euler'
      ? rungeKutta({ tableau: { stages: [], weights: [1] }, clock })
      : rungeKutta2({ ...settings(golden, { alpha: 'inner' }), clock });
  return edmAblationTrajectory(golden, header, churned(sampler, { amount: 0, ...settings(golden, churn) }));
});

test.each([0, 1.5, Number.NaN])('inner %d is refused', (inner) => {
  expect(() => rungeKutta2({ inner })).toThrow(
    expect.objectContaining({ code: 'inner-out-of-range', message: `\`inner\` must be above 0 and at most 1, got ${inner}` }),
  );
});
