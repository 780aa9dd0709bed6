import { describeGoldens, diffusersPndmTrajectory, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-pndm.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { pndm } from './pndm.js';

describeSampler('pndm', pndm, {
  order: 2,
  evaluationsPerStep: ({ from, to, index }) => (index < 3 && to.sigma > 0 && from.alpha > 0 ? 4 : 1),
  exactOnPoint: true,
  formInvariant: true,
});

describeGoldens('pndm', peer, (golden, header) =>
  record(golden.scheduler_config).skip_prk_steps === true ? undefined : diffusersPndmTrajectory(golden, header, pndm()),
);
