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
import { describeSampler, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
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
  { eta: 0.3, scale: 1, variance: 1 },
  { eta: 1, scale: 1, variance: 1 },
  { eta: 2.5, scale: 1, variance: 1 },
  { eta: 2.5, scale: 0, variance: Math.exp(-5 * 4) }, // of the start alone, after a step of 4 in half log-SNR
])('noise on data of one point has the right variance, eta $eta and scale $scale', ({ eta, scale, variance }) => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance exploding'];
  const levels = [-5, -1, 3].map(process.level);
  const [from, , to] = levels;
  // One entry of x for the start and one for each draw.
  const impulse = (source: number, size: number) => Float64Array.from({ length: 3 }, (_, i) => (i === source ? size : 0));
  const steps = samplePlain({
    denoiser: (x) => new Float64Array(x.length),
    process,
    sampler: dpmpp2m<Float64Array>({ eta, scale }),
    levels,
    start: impulse(0, from?.sigma ?? 1),
    noise: ({ index }) => impulse(index + 1, 1),
  });
  const found = (steps.at(-1)?.x ?? impulse(0, 0)).reduce((sum, x) => sum + (x / (to?.sigma ?? 1)) ** 2, 0);
  expect(found / variance).toBeCloseTo(1, 12);
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
