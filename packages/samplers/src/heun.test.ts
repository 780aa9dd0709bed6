import { describeGoldens, diffusersTrajectory, edmTrajectory, kDiffusionTrajectory, numbers } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/edm.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { heun } from './heun.js';

describeSampler('heun', heun, {
  order: 2,
  evaluationsPerStep: ({ from, to }) => (to.sigma === 0 || from.alpha === 0 ? 1 : 2),
  exactOnPoint: true,
  formInvariant: true,
});

describeGoldens('heun', peer, (golden, header) =>
  golden.class === 'HeunDiscreteScheduler' ? diffusersTrajectory(golden, header, heun()) : undefined,
);
describeGoldens('heun', kDiffusion, (golden, header) =>
  golden.name.startsWith('sample_heun/karras') ? kDiffusionTrajectory(golden, header, heun()) : undefined,
);
describeGoldens('heun', edm, (golden, header) => {
  if (!/^(edm_sampler\/n\d+|.*-linear-none-heun-n10)$/.test(golden.name)) return undefined;
  // The model is asked at the start of each step and, but for the last, at its end.
  const starts = numbers(golden.model_sigmas).filter((_, call) => call === 0 || call % 2 === 1);
  return edmTrajectory(golden, header, heun(), [...starts, 0]);
});
