import { describeGoldens, kDiffusionDrawsTrajectory, settings } from '@tweedie/goldens';
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { stages } from '../test/stages.js';
import { dpmppSde } from './dpmpp-sde.js';

describeSampler('dpmppSde', dpmppSde, {
  order: 1,
  stochastic: true,
  evaluationsPerStep: stages(2),
  exactOnPoint: true,
  formInvariant: true,
});

describeGoldens('dpmppSde', kDiffusion, (golden, header) =>
  golden.function === 'sample_dpmpp_sde'
    ? kDiffusionDrawsTrajectory(golden, header, dpmppSde(settings(golden, { eta: 'eta', r: 'r1', s_noise: 'scale' })))
    : undefined,
);
