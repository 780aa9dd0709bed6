import {
  describeGoldens,
  diffusersTrajectory,
  dpmSolverTrajectory,
  type GoldenCase,
  improvedDiffusionTrajectory,
  kDiffusionTrajectory,
  number,
  record,
} from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-ddim.json' with { type: 'json' };
import deis from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import singlestep from '@tweedie/goldens/samplers/diffusers-dpmsolver-singlestep.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import eulers from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import improved from '@tweedie/goldens/samplers/improved-diffusion.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ddim } from './ddim.js';

const promises = { order: 1, evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
describeSampler('ddim', ddim, promises);
describeSampler('ddim, eta 0.5', () => ddim({ eta: 0.5 }), { ...promises, stochastic: true });
describeSampler('ddim, eta 1', () => ddim({ eta: 1 }), { ...promises, stochastic: true });

// Where a peer clips x0 but keeps the noise of the unclipped estimate, its step is no function of one estimate.
describeGoldens('ddim', peer, (golden, header) =>
  golden.name === 'DDIMScheduler/eta1-clip/n10'
    ? undefined
    : diffusersTrajectory(golden, header, ddim({ eta: number(record(golden.step_kwargs).eta ?? 0) })),
);
describeGoldens('ddim', improved, (golden, header) =>
  golden.name.startsWith('ddim') ? improvedDiffusionTrajectory(golden, header, ddim({ eta: number(golden.eta) })) : undefined,
);

// Known under other names: the first order of the exponential integrators …
const firstOrder = ({ name }: GoldenCase) => /\/(pp|dpm|logrho)-o1\b/.test(name);
for (const file of [multistep, singlestep, deis, edm])
  describeGoldens('ddim as first order', file, (golden, header) =>
    firstOrder(golden) ? diffusersTrajectory(golden, header, ddim()) : undefined,
  );
describeGoldens('ddim as DPM-Solver-1', dpmSolver, (golden, header) =>
  /step-o1/.test(golden.name) ? dpmSolverTrajectory(golden, header, ddim()) : undefined,
);

// … and, with fresh noise, the ancestral Euler method.
describeGoldens('ddim as ancestral Euler', eulers, (golden, header) =>
  golden.class === 'EulerAncestralDiscreteScheduler' ? diffusersTrajectory(golden, header, ddim({ eta: 1 })) : undefined,
);
describeGoldens('ddim as ancestral Euler', kDiffusion, (golden, header) =>
  golden.function === 'sample_euler_ancestral'
    ? kDiffusionTrajectory(golden, header, ddim({ eta: number(record(golden.kwargs).eta ?? 1) }))
    : undefined,
);

test.each([-0.1, 1.1, Number.NaN])('eta %d is refused', (eta) => {
  expect(() => ddim({ eta })).toThrow(
    expect.objectContaining({ code: 'eta-out-of-range', message: `\`eta\` must be between 0 and 1, got ${eta}` }),
  );
});
