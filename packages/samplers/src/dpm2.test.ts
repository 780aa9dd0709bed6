import type { Sampler } from '@tweedie/core';
import { describeGoldens, diffusersTrajectory, kDiffusionTrajectory, settings } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { stages } from '../test/stages.js';
import { ancestral } from './ancestral.js';
import { churned } from './churned.js';
import { dpm2 } from './dpm2.js';

const promises = {
  order: 2,
  evaluationsPerStep: stages(2),
  exactOnPoint: true,
  formInvariant: true,
} as const;
describeSampler('dpm2', dpm2, promises);
describeSampler('ancestral dpm2', <X>() => ancestral(dpm2<X>()), { ...promises, stochastic: true });

describeGoldens('dpm2', peer, (golden, header) => {
  if (golden.class === 'KDPM2DiscreteScheduler') return diffusersTrajectory(golden, header, dpm2());
  if (golden.class === 'KDPM2AncestralDiscreteScheduler')
    return diffusersTrajectory(golden, header, ancestral(dpm2<Float64Array>()));
  return undefined;
});
const churn = { s_churn: 'amount', s_tmin: 'min', s_tmax: 'max', s_noise: 'scale' };
describeGoldens('dpm2', kDiffusion, (golden, header) => {
  if (golden.function === 'sample_dpm_2')
    return kDiffusionTrajectory(golden, header, churned(dpm2<Float64Array>(), { amount: 0, ...settings(golden, churn) }));
  if (golden.function === 'sample_dpm_2_ancestral')
    return kDiffusionTrajectory(golden, header, cappedToData(settings(golden, { eta: 'eta', s_noise: 'scale' })));
  return undefined;
});

/** Where all noise is fresh, beyond `eta` 1, the peer goes to clean data and forgets to come back. */
function cappedToData(options: Readonly<Record<string, number>>): Sampler<Float64Array> {
  const { eta = 1 } = options;
  const sampler: Sampler<Float64Array> = ancestral(dpm2<Float64Array>(), options);
  return {
    step(context, x, state) {
      const { from, to, process } = context;
      const capped = to.sigma > 0 && -(eta ** 2) * Math.expm1(from.logSnr - to.logSnr) >= 1;
      return sampler.step(capped ? { ...context, to: process.level(Infinity) } : context, x, state);
    },
  };
}
