import { brownianPath, type Denoiser, key, type NoiseLevel, normals } from '@tweedie/core';
import {
  describeGoldens,
  dpmSolverAdaptiveTrajectory,
  kDiffusionAdaptiveTrajectory,
  number,
  record,
  settings,
  text,
} from '@tweedie/goldens';
import authors from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, type PlainNoise, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { ancestral } from './ancestral.js';
import { dpmAdaptive } from './dpm-adaptive.js';
import { elementary } from './elementary.js';
import { pid } from './pid.js';

for (const [order, over, kind] of [
  [2, 'epsilon', 'midpoint'],
  [2, 'x0', 'heun'],
  [3, 'epsilon', 'midpoint'],
  [3, 'x0', 'heun'],
] as const)
  describeSampler(`dpmAdaptive, order ${order} over ${over}, ${kind}`, () => dpmAdaptive({ order, over, kind }), {
    order,
    evaluationsPerStep: stages(order),
    exactOnPoint: true,
    formInvariant: true,
    estimatesError: true,
  });

describeGoldens('dpmAdaptive', kDiffusion, (golden, header) => {
  if (golden.function !== 'sample_dpm_adaptive') return undefined;
  const { order = 3, eta = 0, sigma_min, h_init = 0.05 } = record(golden.kwargs);
  const evaluations = number(order);
  const plain = { ...dpmAdaptive<Float64Array>({ order: evaluations }), path: 'any' as const };
  const { p = 0, i = 1, d = 0 } = settings(golden, { pcoeff: 'p', icoeff: 'i', dcoeff: 'd' });
  return kDiffusionAdaptiveTrajectory(golden, header, {
    sampler:
      eta === 0 ? plain : ancestral(plain, { ...settings(golden, { eta: 'eta', s_noise: 'scale' }), min: number(sigma_min) }),
    control: pid({
      ...settings(golden, { rtol: 'relative', atol: 'absolute', accept_safety: 'accept' }),
      first: Math.abs(number(h_init)),
      gains: [p, i, d],
      order: eta === 0 ? evaluations : 1.5,
    }),
    evaluations,
  });
});

describeGoldens('dpmAdaptive', authors, (golden, header) => {
  const { method, order = 2, solver_type = 'dpmsolver' } = record(golden.sample_kwargs);
  if (method !== 'adaptive') return undefined;
  const evaluations = number(order);
  return dpmSolverAdaptiveTrajectory(golden, header, {
    sampler: dpmAdaptive({
      order: evaluations,
      over: text(golden.algorithm_type) === 'dpmsolver++' ? 'x0' : 'epsilon',
      kind: solver_type === 'taylor' ? 'heun' : 'midpoint',
    }),
    control: elementary({ ...settings(golden, { rtol: 'relative', atol: 'absolute' }), order: evaluations, growth: Infinity }),
    evaluations,
  });
});

test('what makes no sense is refused', () => {
  expect(() => dpmAdaptive({ order: 4 })).toThrow(expect.objectContaining({ code: 'order-out-of-range' }));
  // @ts-expect-error: a plain JavaScript caller
  expect(() => dpmAdaptive({ over: 'v' })).toThrow("`over` must be 'epsilon' or 'x0', got v");
});

/** A rejected draw is not thrown away: it is what the shorter steps add up to. Else large draws, which are rejected more often, would lack. */
test.each(Object.entries(forms(linearLogSnr({ min: -10, max: 10 }))))(
  'steps of its own choice on one path of noise keep the variance of Gaussian data, %s',
  (_, process) => {
    const [count, variance] = [20_000, 0.3 ** 2];
    const of = ({ alpha, sigma }: NoiseLevel) => alpha ** 2 * variance + sigma ** 2;
    const gaussian: Denoiser<undefined, Float64Array> = (x, level) =>
      x.map((each) => (level.alpha * variance * each) / of(level));
    const path = brownianPath(key(5));
    const noise: PlainNoise = Object.assign((request: Parameters<PlainNoise>[0]) => Float64Array.from(path(request, count, 0)), {
      path: true as const,
    });
    const [top, bottom] = [process.at(1), process.at(0)];
    const steps = samplePlain({
      process,
      sampler: ancestral(dpmAdaptive<Float64Array>()),
      control: pid({ order: 1.5, relative: 0.02, absolute: 0.002 }),
      levels: [top, bottom],
      start: Float64Array.from(normals(key(1), count)).map((z) => z * Math.sqrt(of(top))),
      denoiser: gaussian,
      noise,
    });
    const { x = new Float64Array(), rejected } = steps.at(-1) ?? {};
    expect(rejected).toBeGreaterThan(0);
    const ratio = x.reduce((sum, each) => sum + each * each, 0) / count / of(bottom);
    expect(Math.abs(ratio - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  },
);
