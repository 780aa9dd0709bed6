/** DPM-Solver and DPM-Solver++ in one step: all orders, over ε and x0, against the peers that take their inner points where they please. */
import type { Sampler } from '@tweedie/core';
import {
  describeGoldens,
  diffusersSinglestepTrajectory,
  dpmSolverSinglestepTrajectory,
  type GoldenCase,
  record,
  type SinglestepBlock,
} from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/samplers/diffusers-dpmsolver-singlestep.json' with { type: 'json' };
import authors from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import { ddim } from './ddim.js';
import { dpmSolver2 } from './dpm-solver-2.js';
import { dpmSolver3 } from './dpm-solver-3.js';
import { dpmpp2s } from './dpmpp-2s.js';
import { dpmpp3s } from './dpmpp-3s.js';

type Options = Pick<NonNullable<Parameters<typeof dpmpp3s>[0]>, 'kind' | 'stage' | 'eta'>;

/** The sampler of a block; `algorithm` is the peers' word. */
function solver(algorithm: unknown, options: Options): (block: SinglestepBlock) => Sampler<Float64Array> {
  const overNoise = algorithm === 'dpmsolver';
  return ({ order, inner: [r1 = 1, r2 = 1] }) => {
    if (order === 1) return ddim({ eta: options.eta ?? 0 });
    if (order === 2) return overNoise ? dpmSolver2({ ...options, r1 }) : dpmpp2s({ ...options, r1 });
    return overNoise ? dpmSolver3({ ...options, r1, r2 }) : dpmpp3s({ ...options, r1, r2 });
  };
}

describeGoldens('singlestep DPM-Solver', authors, (golden, header) => {
  const { method, solver_type } = record(golden.sample_kwargs);
  if (typeof method !== 'string' || !method.startsWith('singlestep')) return undefined;
  const kind = solver_type === 'taylor' ? 'heun' : 'midpoint';
  return dpmSolverSinglestepTrajectory(golden, header, solver(golden.algorithm_type, { kind }));
});

describeGoldens('singlestep DPM-Solver', diffusers, (golden, header) => {
  const { algorithm_type = 'dpmsolver++' } = record(golden.scheduler_config);
  const kind = kindOf(golden);
  // The peer's second inner point is a second-order step of the same kind.
  const options = { kind, stage: kind, eta: algorithm_type === 'sde-dpmsolver++' ? 1 : 0 };
  return diffusersSinglestepTrajectory(golden, header, solver(algorithm_type, options));
});

function kindOf(golden: GoldenCase): 'midpoint' | 'heun' {
  return record(golden.scheduler_config).solver_type === 'heun' ? 'heun' : 'midpoint';
}
