import {
  describeGoldens,
  diffusersTrajectory,
  dpmSolverTrajectory,
  type GoldenCase,
  kDiffusionTrajectory,
  multistepRequest,
  number,
  record,
  underCurved,
} from '@tweedie/goldens';
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, measuredOrder } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { dpmpp3m } from './dpmpp-3m.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
describeSampler('dpmpp3m', dpmpp3m, { ...promises, order: 3 });
describeSampler('dpmpp3m, eta 1', () => dpmpp3m({ eta: 1 }), { ...promises, order: 1, stochastic: true });

// The peers give the parabola half its curvature, and diffusers a wrong sign in its SDE form.
const asked = (golden: GoldenCase) => {
  const request = multistepRequest(golden);
  if (request?.predicts !== 'x0' || request.order !== 3) return undefined;
  const { kind, stochastic } = request;
  const eta = stochastic ? 1 : 0;
  return underCurved(dpmpp3m<Float64Array>({ kind, eta }), request, { eta, signed: stochastic });
};
for (const file of [multistep, edm])
  describeGoldens('dpmpp3m', file, (golden, header) => {
    const sampler = asked(golden);
    return sampler && diffusersTrajectory(golden, header, sampler);
  });
describeGoldens('dpmpp3m', dpmSolver, (golden, header) => {
  const sampler = asked(golden);
  return sampler && dpmSolverTrajectory(golden, header, sampler);
});
describeGoldens('dpmpp3m', kDiffusion, (golden, header) => {
  if (golden.function !== 'sample_dpmpp_3m_sde') return undefined;
  const { eta, s_noise } = record(golden.kwargs);
  const options = { eta: number(eta ?? 1), scale: number(s_noise ?? 1) };
  const sampler = dpmpp3m<Float64Array>({ kind: 'heun', ...options });
  return kDiffusionTrajectory(golden, header, underCurved(sampler, { predicts: 'x0' }, options));
});

test('half the curvature, as the peers have it, is of order 2', () => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
  const sampler = underCurved(dpmpp3m<Float64Array>(), { predicts: 'x0' });
  expect(Math.abs(measuredOrder({ process, sampler, order: 3, history: 2 }) - 2)).toBeLessThan(0.1);
});
