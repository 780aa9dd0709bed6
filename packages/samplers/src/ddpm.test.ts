import { describeGoldens, diffusersTrajectory, improvedDiffusionTrajectory, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-ddpm.json' with { type: 'json' };
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import improved from '@tweedie/goldens/samplers/improved-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ddpm } from './ddpm.js';

const promises = { order: 1, evaluationsPerStep: 1, stochastic: true, exactOnPoint: true } as const;
describeSampler('ddpm', ddpm, { ...promises, formInvariant: true });
describeSampler('ddpm, large', () => ddpm({ variance: 'large' }), {
  ...promises,
  formInvariant: {
    reason:
      'β is the variance of the transition in the scale of x_t, which each form chooses otherwise (Ho et al. 2020, section 3.2)',
  },
});

// Learned variances wait for a sampler that hears them; `fixed_large_log` is NaN in the peer.
describeGoldens('ddpm', peer, (golden, header) => {
  const { variance_type = 'fixed_small' } = record(golden.scheduler_config);
  if (variance_type === 'learned_range' || variance_type === 'fixed_large_log') return undefined;
  return diffusersTrajectory(golden, header, ddpm({ variance: variance_type === 'fixed_large' ? 'large' : 'small' }));
});
describeGoldens('ddpm', improved, (golden, header) => {
  if (golden.method !== 'p_sample' || golden.var_type === 'LEARNED_RANGE') return undefined;
  return improvedDiffusionTrajectory(golden, header, ddpm({ variance: golden.var_type === 'FIXED_LARGE' ? 'large' : 'small' }));
});

// The first order of the SDE solvers is the same step.
describeGoldens('ddpm as SDE-DPM-Solver++(1)', multistep, (golden, header) =>
  golden.name.includes('/sde-pp-o1/') ? diffusersTrajectory(golden, header, ddpm()) : undefined,
);

test('only two variances are known', () => {
  // @ts-expect-error: a plain JavaScript caller
  expect(() => ddpm({ variance: 'fixed_large' })).toThrow("`variance` must be 'small' or 'large', got fixed_large");
});
