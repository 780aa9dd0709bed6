import {
  describeGoldens,
  diffusersTrajectory,
  dpmSolverTrajectory,
  type GoldenCase,
  kDiffusionTrajectory,
  multistepRequest,
  number,
  record,
} from '@tweedie/goldens';
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { dpmpp2m } from './dpmpp-2m.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
describeSampler('dpmpp2m', dpmpp2m, { ...promises, order: 2 });
describeSampler('dpmpp2m, heun', () => dpmpp2m({ kind: 'heun' }), { ...promises, order: 2 });
describeSampler('dpmpp2m, eta 1', () => dpmpp2m({ eta: 1 }), { ...promises, order: 1, stochastic: true });
describeSampler('dpmpp2m, heun, eta 0.5', () => dpmpp2m({ kind: 'heun', eta: 0.5 }), { ...promises, order: 1, stochastic: true });

const asked = (golden: GoldenCase) => {
  const { predicts, order, kind = 'midpoint', stochastic } = multistepRequest(golden) ?? {};
  return predicts === 'x0' && order === 2 ? dpmpp2m<Float64Array>({ kind, eta: stochastic ? 1 : 0 }) : undefined;
};
for (const file of [multistep, edm])
  describeGoldens('dpmpp2m', file, (golden, header) => {
    const sampler = asked(golden);
    return sampler && diffusersTrajectory(golden, header, sampler);
  });
describeGoldens('dpmpp2m', dpmSolver, (golden, header) => {
  const sampler = asked(golden);
  return sampler && dpmSolverTrajectory(golden, header, sampler);
});
describeGoldens('dpmpp2m', kDiffusion, (golden, header) => {
  if (golden.function === 'sample_dpmpp_2m') return kDiffusionTrajectory(golden, header, dpmpp2m());
  if (golden.function !== 'sample_dpmpp_2m_sde') return undefined;
  const { eta = 1, s_noise = 1, solver_type = 'midpoint' } = record(golden.kwargs);
  const kind = solver_type === 'heun' ? 'heun' : 'midpoint';
  return kDiffusionTrajectory(golden, header, dpmpp2m({ kind, eta: number(eta), scale: number(s_noise) }));
});

test.each([
  { option: 'eta', value: -0.1 },
  { option: 'eta', value: Infinity },
  { option: 'scale', value: Number.NaN },
])('$option $value is refused', ({ option, value }) => {
  expect(() => dpmpp2m({ [option]: value })).toThrow(
    expect.objectContaining({
      code: `${option}-out-of-range`,
      message: `\`${option}\` must be finite and not negative, got ${value}`,
    }),
  );
});

test('another kind is refused', () => {
  const kind: string = 'trapezoid';
  expect(() => Reflect.apply(dpmpp2m, undefined, [{ kind }])).toThrow(
    expect.objectContaining({ code: 'kind-unknown', message: "`kind` must be 'midpoint' or 'heun', got trapezoid" }),
  );
});
