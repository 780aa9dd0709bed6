import { describeGoldens, diffusersTrajectory, dpmSolverTrajectory, kDiffusionTrajectory } from '@tweedie/goldens';
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { dpmpp2m } from './dpmpp-2m.js';

describeSampler('dpmpp2m', dpmpp2m, { order: 2, evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true });

for (const file of [multistep, edm])
  describeGoldens('dpmpp2m', file, (golden, header) =>
    /\/pp-o2(?!-heun)/.test(golden.name) ? diffusersTrajectory(golden, header, dpmpp2m()) : undefined,
  );
describeGoldens('dpmpp2m', dpmSolver, (golden, header) =>
  /^dpmsolver\+\+.*multistep-o2/.test(golden.name) ? dpmSolverTrajectory(golden, header, dpmpp2m()) : undefined,
);
describeGoldens('dpmpp2m', kDiffusion, (golden, header) =>
  /^sample_dpmpp_2m(\/|_sde\/n10-eta0)/.test(golden.name) ? kDiffusionTrajectory(golden, header, dpmpp2m()) : undefined,
);
