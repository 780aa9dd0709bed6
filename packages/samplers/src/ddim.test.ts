import {
  describeGoldens,
  diffusersTrajectory,
  dpmSolverTrajectory,
  improvedDiffusionTrajectory,
  list,
  number,
  numbers,
  record,
} from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-ddim.json' with { type: 'json' };
import deis from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import singlestep from '@tweedie/goldens/samplers/diffusers-dpmsolver-singlestep.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import improved from '@tweedie/goldens/samplers/improved-diffusion.json' with { type: 'json' };
import ancestral from '@tweedie/goldens/schedules/sigmas-k-diffusion.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ddim } from './ddim.js';

const promises = { order: 1, evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
describeSampler('ddim', ddim, promises);
describeSampler('ddim, eta 0.5', () => ddim({ eta: 0.5 }), { ...promises, stochastic: true });
describeSampler('ddim, eta 1', () => ddim({ eta: 1 }), { ...promises, stochastic: true });
describeSampler('ddim, eta 2', () => ddim({ eta: 2 }), { ...promises, stochastic: true });

describeGoldens('ddim', peer, (golden, header) =>
  diffusersTrajectory(golden, header, ddim({ eta: number(record(golden.step_kwargs).eta ?? 0) })),
);
describeGoldens('ddim', improved, (golden, header) =>
  golden.method === 'p_sample' ? undefined : improvedDiffusionTrajectory(golden, header, ddim({ eta: number(golden.eta) })),
);

// Known under other names: the first order of the exponential integrators.
for (const file of [multistep, singlestep, deis, edm])
  describeGoldens('ddim as first order', file, (golden, header) => {
    const { solver_order, algorithm_type } = record(golden.scheduler_config);
    if (solver_order !== 1 || String(algorithm_type).startsWith('sde')) return undefined;
    return diffusersTrajectory(golden, header, ddim());
  });
describeGoldens('ddim as DPM-Solver-1', dpmSolver, (golden, header) => {
  const { order, method } = record(golden.sample_kwargs);
  return order === 1 && method !== 'adaptive' ? dpmSolverTrajectory(golden, header, ddim()) : undefined;
});

describeGoldens('ddim as an ancestral step in sigma', ancestral, (golden) => {
  if (golden.function !== 'get_ancestral_step') return undefined;
  const process = forms(linearLogSnr({ min: -20, max: 20 }))['variance exploding'];
  const steps = list(golden.sigma_from_to).map((pair) => {
    const [from = process.level(0), to = process.level(0)] = Array.from(numbers(pair), (sigma) =>
      process.level(-2 * Math.log(sigma)),
    );
    // What is left of old noise, and what is new, where x0 = 0: one entry of x each.
    const [step] = samplePlain({
      denoiser: (x) => new Float64Array(x.length),
      process,
      sampler: ddim<Float64Array>({ eta: number(golden.eta) }),
      levels: [from, to],
      start: Float64Array.of(from.sigma, 0),
      noise: () => Float64Array.of(0, 1),
    });
    return step?.x ?? [];
  });
  return () => ({ sigma_down_up: [steps.flatMap((x) => [...x]), golden.sigma_down_up ?? null] });
});

test('eta 1 has the mean of the posterior, to the last digits also over a long step', () => {
  const process = forms(linearLogSnr({ min: -30, max: 30 }))['variance preserving'];
  const [from, to] = [process.level(-30), process.level(30)];
  const posterior = (from.alpha / to.alpha) * (to.sigma / from.sigma) ** 2; // of x, where x0 = 0
  const zero = Float64Array.of(0);
  const [step] = samplePlain({
    denoiser: () => zero,
    process,
    sampler: ddim<Float64Array>({ eta: 1 }),
    levels: [from, to],
    start: Float64Array.of(1),
    noise: () => zero,
  });
  expect((step?.x[0] ?? 0) / posterior).toBeCloseTo(1, 9);
});

test.each([-0.1, Infinity, Number.NaN])('eta %d is refused', (eta) => {
  expect(() => ddim({ eta })).toThrow(
    expect.objectContaining({ code: 'eta-out-of-range', message: `\`eta\` must be finite and not negative, got ${eta}` }),
  );
});
