import {
  describeGoldens,
  diffusersTrajectory,
  edmTrajectory,
  type GoldenCase,
  kDiffusionTrajectory,
  number,
  record,
} from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/edm.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { stages } from '../test/stages.js';
import { heun } from './heun.js';

describeSampler('heun', heun, {
  order: 2,
  evaluationsPerStep: stages(2),
  exactOnPoint: true,
  formInvariant: true,
});

describeGoldens('heun', peer, (golden, header) =>
  golden.class === 'HeunDiscreteScheduler' ? diffusersTrajectory(golden, header, heun()) : undefined,
);
describeGoldens('heun', kDiffusion, (golden, header) =>
  golden.function === 'sample_heun' && !churns(golden) ? kDiffusionTrajectory(golden, header, heun()) : undefined,
);
describeGoldens('heun', edm, (golden, header) => {
  const { solver = 'heun', schedule = 'linear', scaling = 'none', alpha = 1 } = record(golden.kwargs);
  if (churns(golden) || solver !== 'heun' || schedule !== 'linear' || scaling !== 'none' || alpha !== 1) return undefined;
  return edmTrajectory(golden, header, heun());
});

function churns(golden: GoldenCase): boolean {
  const { s_churn = 0, S_churn = s_churn } = record(golden.kwargs);
  return number(S_churn) > 0;
}
