import {
  describeGoldens,
  diffusersTrajectory,
  dpmSolverTrajectory,
  type GoldenCase,
  multistepRequest,
  underCurved,
} from '@tweedie/goldens';
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { dpmSolverMultistep } from './dpm-solver-multistep.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
for (const order of [1, 2, 3] as const)
  describeSampler(`dpmSolverMultistep, order ${order}`, () => dpmSolverMultistep({ order }), { ...promises, order });
describeSampler('dpmSolverMultistep, heun', () => dpmSolverMultistep({ kind: 'heun' }), { ...promises, order: 2 });
describeSampler('dpmSolverMultistep, eta 1', () => dpmSolverMultistep({ eta: 1 }), { ...promises, order: 1, stochastic: true });

const orders = [1, 2, 3] as const;
const asked = (golden: GoldenCase) => {
  const request = multistepRequest(golden);
  const order = orders.find((each) => each === request?.order);
  if (request?.predicts !== 'epsilon' || order === undefined) return undefined;
  const { kind, stochastic } = request;
  const sampler = dpmSolverMultistep<Float64Array>({ order, kind, eta: stochastic ? 1 : 0 });
  return order === 3 ? underCurved(sampler, request) : sampler;
};
describeGoldens('dpmSolverMultistep', multistep, (golden, header) => {
  const sampler = asked(golden);
  return sampler && diffusersTrajectory(golden, header, sampler);
});
describeGoldens('dpmSolverMultistep', dpmSolver, (golden, header) => {
  const sampler = asked(golden);
  return sampler && dpmSolverTrajectory(golden, header, sampler);
});

test.each([0, 4, 1.5])('order %d is refused', (order) => {
  expect(() => Reflect.apply(dpmSolverMultistep, undefined, [{ order }])).toThrow(
    expect.objectContaining({ code: 'order-out-of-range', message: `\`order\` must be 1, 2 or 3, got ${order}` }),
  );
});
