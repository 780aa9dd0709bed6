import { describeGoldens, diffusersPndmTrajectory, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-pndm.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { plms } from './plms.js';

describeSampler('plms', plms, {
  order: 2,
  evaluationsPerStep: ({ from, to, index }) => (index === 0 && to.sigma > 0 && from.alpha > 0 ? 2 : 1),
  exactOnPoint: true,
  formInvariant: true,
});

describeGoldens('plms', peer, (golden, header) =>
  record(golden.scheduler_config).skip_prk_steps === true ? diffusersPndmTrajectory(golden, header, plms()) : undefined,
);
