/** Golden trajectories on tensors, by core's driver: of each file and each sampler the first case, at the tolerance of float32. */
import type { Sampler } from '@tweedie/core';
import { subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import {
  askedBeforeChurn,
  byStep,
  type Comparison,
  describeGoldens,
  diffusersPndmTrajectory,
  diffusersSinglestepTrajectory,
  diffusersTrajectory,
  dpmFastTrajectory,
  dpmSolverSinglestepTrajectory,
  dpmSolverTrajectory,
  edmAblationTrajectory,
  edmTrajectory,
  evaluationsOf,
  fewStepTrajectory,
  float32Tolerance,
  type GoldenCase,
  type GoldenFile,
  type GoldenHeader,
  improvedDiffusionTrajectory,
  kDiffusionDrawsTrajectory,
  kDiffusionTrajectory,
  multistepRequest,
  number,
  numbers,
  record,
  type SinglestepBlock,
  scoreSdeTrajectory,
  settings,
  text,
  underCurved,
} from '@tweedie/goldens';
import diffusersDdim from '@tweedie/goldens/samplers/diffusers-ddim.json' with { type: 'json' };
import diffusersDdpm from '@tweedie/goldens/samplers/diffusers-ddpm.json' with { type: 'json' };
import diffusersDeis from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import diffusersMultistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import diffusersSinglestep from '@tweedie/goldens/samplers/diffusers-dpmsolver-singlestep.json' with { type: 'json' };
import diffusersEdm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import diffusersEuler from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import diffusersFewStep from '@tweedie/goldens/samplers/diffusers-few-step.json' with { type: 'json' };
import diffusersFlow from '@tweedie/goldens/samplers/diffusers-flow-match.json' with { type: 'json' };
import diffusersPndm from '@tweedie/goldens/samplers/diffusers-pndm.json' with { type: 'json' };
import diffusersSdeVe from '@tweedie/goldens/samplers/diffusers-sde-ve.json' with { type: 'json' };
import diffusersUnipc from '@tweedie/goldens/samplers/diffusers-unipc.json' with { type: 'json' };
import dpmSolver from '@tweedie/goldens/samplers/dpm-solver.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/edm.json' with { type: 'json' };
import improvedDiffusion from '@tweedie/goldens/samplers/improved-diffusion.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import scoreSde from '@tweedie/goldens/samplers/score-sde-pc.json' with { type: 'json' };
import { geometric, linearBeta, noiseSquared } from '@tweedie/schedules';
import { ancestral } from './ancestral.js';
import { churned } from './churned.js';
import { flowTime, scheduleTime } from './clocks.js';
import { consistency } from './consistency.js';
import { ddim } from './ddim.js';
import { ddpm } from './ddpm.js';
import { deis } from './deis.js';
import { dpmFast } from './dpm-fast.js';
import { dpmSolver2 } from './dpm-solver-2.js';
import { dpmSolver3 } from './dpm-solver-3.js';
import { dpmSolverMultistep } from './dpm-solver-multistep.js';
import { dpm2 } from './dpm2.js';
import { dpmpp2m } from './dpmpp-2m.js';
import { dpmpp2s } from './dpmpp-2s.js';
import { dpmpp3m } from './dpmpp-3m.js';
import { dpmpp3s } from './dpmpp-3s.js';
import { dpmppSde } from './dpmpp-sde.js';
import { euler } from './euler.js';
import { eulerAncestral } from './euler-ancestral.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { heun } from './heun.js';
import { langevinCorrector } from './langevin-corrector.js';
import { lms } from './lms.js';
import { plms } from './plms.js';
import { pndm } from './pndm.js';
import { predictorCorrector } from './predictor-corrector.js';
import { reverseDiffusion } from './reverse-diffusion.js';
import { rungeKutta2 } from './runge-kutta-2.js';
import { saSolver } from './sa-solver.js';
import { tcd } from './tcd.js';
import { unipc } from './unipc.js';

type Run = () => Promise<Comparison>;

/** What a case is of: the first of each kind that `play` takes is run. */
function spread(
  file: GoldenFile,
  kindOf: (golden: GoldenCase) => unknown,
  play: (golden: GoldenCase, header: GoldenHeader) => Run | undefined,
) {
  const seen = new Set<unknown>();
  const first = (golden: GoldenCase, header: GoldenHeader) => {
    const kind = kindOf(golden);
    const run = seen.has(kind) ? undefined : play(golden, header);
    if (run !== undefined) seen.add(kind);
    return run;
  };
  describeGoldens('samplers on tensors', file, first, { tolerance: float32Tolerance });
}
const kindOfClass = ({ class: kind }: GoldenCase) => kind;

const churn = { s_churn: 'amount', s_tmin: 'min', s_tmax: 'max', s_noise: 'scale' };
const fresh = { eta: 'eta', s_noise: 'scale' };
const inSigmas: Readonly<Record<string, (golden: GoldenCase) => Sampler>> = {
  sample_euler: (golden) => churned(euler(), { amount: 0, ...settings(golden, churn) }),
  sample_heun: (golden) => churned(heun(), { amount: 0, ...settings(golden, churn) }),
  sample_dpm_2: (golden) => churned(dpm2(), { amount: 0, ...settings(golden, churn) }),
  sample_lms: (golden) => lms(settings(golden, { order: 'order' })),
  sample_dpmpp_2m: () => dpmpp2m(),
  sample_euler_ancestral: (golden) => eulerAncestral(settings(golden, fresh)),
  sample_dpm_2_ancestral: (golden) => ancestral(dpm2(), settings(golden, fresh)),
  sample_dpmpp_2s_ancestral: (golden) => ancestral(dpmpp2s(), settings(golden, fresh)),
  sample_dpmpp_2m_sde(golden) {
    const kind = record(golden.kwargs).solver_type === 'heun' ? 'heun' : 'midpoint';
    return dpmpp2m({ kind, eta: 1, ...settings(golden, fresh) });
  },
  sample_dpmpp_3m_sde(golden) {
    const options = { eta: 1, ...settings(golden, fresh) };
    return underCurved(dpmpp3m({ kind: 'heun', ...options }), { predicts: 'x0' }, options);
  },
};
const kindOfFunction = ({ function: kind }: GoldenCase) => kind;
spread(kDiffusion, kindOfFunction, (golden, header) => {
  if (golden.function === 'sample_dpmpp_sde')
    return kDiffusionDrawsTrajectory(golden, header, { tensors: dpmppSde(settings(golden, { ...fresh, r: 'r1' })) });
  if (golden.function === 'sample_dpm_fast') {
    const noise = { eta: 0, ...settings(golden, { ...fresh, sigma_min: 'min' }) };
    return dpmFastTrajectory(golden, header, { tensors: ancestral(dpmFast({ evaluations: evaluationsOf(golden) }), noise) });
  }
  const sampler = inSigmas[text(golden.function)]?.(golden);
  return sampler && kDiffusionTrajectory(golden, header, { tensors: sampler });
});

spread(edm, kindOfFunction, (golden, header) => {
  const options = { amount: 0, ...settings(golden, { S_churn: 'amount', S_min: 'min', S_max: 'max', S_noise: 'scale' }) };
  // A step from 80 to 0.002 divides what x was rounded to by 0.002.
  if (number(record(golden.kwargs).num_steps ?? 18) < 5) return undefined;
  if (golden.function === 'edm_sampler') return edmTrajectory(golden, header, { tensors: churned(heun(), options) });
  if (record(golden.kwargs).solver === 'euler') return undefined;
  const sampler = rungeKutta2({ ...settings(golden, { alpha: 'inner' }), clock: scheduleTime() });
  return edmAblationTrajectory(golden, header, { tensors: churned(sampler, options) });
});

/** The multistep DPM-Solver that a case asks for. */
function multistep(golden: GoldenCase): Sampler | undefined {
  const request = multistepRequest(golden);
  if (request === undefined) return undefined;
  const { predicts, stochastic, order, kind } = request;
  const eta = stochastic ? 1 : 0;
  if (order === 1) return predicts === 'x0' ? ddim({ eta }) : dpmSolverMultistep({ order, eta });
  if (order === 2) return predicts === 'x0' ? dpmpp2m({ kind, eta }) : dpmSolverMultistep({ order, kind, eta });
  if (predicts === 'x0') return underCurved(dpmpp3m({ kind, eta }), request, { eta, signed: stochastic });
  return underCurved(dpmSolverMultistep({ order: 3, kind, eta }), request);
}
const kindOfMultistep = (golden: GoldenCase) => JSON.stringify([golden.class, multistepRequest(golden)]);

/** The singlestep DPM-Solver of each block. */
function singlestep(algorithm: unknown, options: { readonly kind: 'midpoint' | 'heun'; readonly stage?: 'midpoint' | 'heun' }) {
  return ({ order, inner: [r1 = 1, r2 = 1] }: SinglestepBlock): Sampler => {
    if (order === 1) return ddim();
    if (order === 2) return algorithm === 'dpmsolver' ? dpmSolver2({ ...options, r1 }) : dpmpp2s({ ...options, r1 });
    return algorithm === 'dpmsolver' ? dpmSolver3({ ...options, r1, r2 }) : dpmpp3s({ ...options, r1, r2 });
  };
}
const kindOfSolver = ({ algorithm_type, sample_kwargs }: GoldenCase) => {
  const { method = 'multistep', order = 2 } = record(sample_kwargs);
  return JSON.stringify([algorithm_type, method, order]);
};
spread(dpmSolver, kindOfSolver, (golden, header) => {
  const { method = 'multistep', solver_type } = record(golden.sample_kwargs);
  const tensors = multistep(golden);
  if (tensors !== undefined) return dpmSolverTrajectory(golden, header, { tensors });
  if (method === 'adaptive') return undefined;
  const blocks = singlestep(golden.algorithm_type, { kind: solver_type === 'taylor' ? 'heun' : 'midpoint' });
  return dpmSolverSinglestepTrajectory(golden, header, { tensors: blocks });
});
spread(diffusersMultistep, kindOfMultistep, (golden, header) => {
  const tensors = multistep(golden);
  return tensors && diffusersTrajectory(golden, header, { tensors });
});
const kindOfSinglestep = ({ scheduler_config }: GoldenCase) => {
  const { algorithm_type, solver_order } = record(scheduler_config);
  return JSON.stringify([algorithm_type, solver_order]);
};
spread(diffusersSinglestep, kindOfSinglestep, (golden, header) => {
  const { algorithm_type, solver_type } = record(golden.scheduler_config);
  if (algorithm_type === 'sde-dpmsolver++') return undefined;
  const kind = solver_type === 'heun' ? 'heun' : 'midpoint';
  return diffusersSinglestepTrajectory(golden, header, { tensors: singlestep(algorithm_type, { kind, stage: kind }) });
});

spread(diffusersEdm, kindOfMultistep, (golden, header) => {
  const options = { amount: 0, ...settings(golden, churn) };
  const tensors = golden.class === 'EDMEulerScheduler' ? askedBeforeChurn(golden, churned(euler(), options)) : multistep(golden);
  return tensors && diffusersTrajectory(golden, header, { tensors });
});

spread(
  improvedDiffusion,
  ({ method, var_type }) => JSON.stringify([method, var_type]),
  (golden, header) => {
    if (golden.method !== 'p_sample')
      return improvedDiffusionTrajectory(golden, header, { tensors: ddim({ eta: number(golden.eta) }) });
    if (!text(golden.var_type).startsWith('FIXED')) return undefined;
    const variance = golden.var_type === 'FIXED_LARGE' ? 'large' : 'small';
    return improvedDiffusionTrajectory(golden, header, { tensors: ddpm({ variance }) });
  },
);

spread(
  scoreSde,
  ({ sde, predictor, corrector }) => JSON.stringify([sde, predictor, corrector]),
  (golden, header) => {
    const rates = linearBeta(settings(golden, { beta_min: 'betaMin', beta_max: 'betaMax' }));
    const processes = {
      vp: () => variancePreserving(rates),
      subvp: () => subVariancePreserving(noiseSquared(rates)),
      ve: () => varianceExploding(geometric(settings(golden, { sigma_min: 'sigmaMin', sigma_max: 'sigmaMax' }))),
    };
    const process = Object.entries(processes).find(([name]) => name === golden.sde)?.[1]();
    const inTime = golden.predictor === 'euler_maruyama' || golden.sde === 'subvp';
    // Where a β of the table is 1 nothing of x0 is left in x, and float32 has no estimate of it that carries a score.
    const { beta_max = 20 } = record(golden.sde_kwargs);
    const carried = golden.sde !== 'vp' || number(beta_max) < number(golden.N) || (inTime && golden.corrector === 'none');
    if (process === undefined || !carried || golden.corrector === 'langevin') return undefined; // which measures norms of a batch
    const eta = golden.probability_flow === true ? 0 : 1;
    const predictors: Readonly<Record<string, Sampler>> = {
      euler_maruyama: eulerMaruyama({ eta }),
      reverse_diffusion: inTime ? eulerMaruyama({ eta }) : reverseDiffusion({ eta }),
      ancestral_sampling: ddpm({ variance: golden.sde === 've' ? 'small' : 'large' }),
    };
    const moves = golden.corrector === 'none' ? 0 : number(golden.n_steps_each);
    const tensors = {
      predictor: predictors[text(golden.predictor)],
      corrector: moves === 0 ? undefined : langevinCorrector({ snr: number(golden.snr), moves }),
      joined: predictorCorrector,
    };
    return scoreSdeTrajectory(golden, header, { process, inTime, tensors });
  },
);
spread(diffusersSdeVe, kindOfClass, (golden, header) => {
  if (golden.correct_steps !== 0) return undefined;
  const process = varianceExploding(
    geometric({
      sigmaMin: 0.01,
      sigmaMax: 1348,
      ...settings(record(golden.scheduler_config), { sigma_min: 'sigmaMin', sigma_max: 'sigmaMax' }),
    }),
  );
  return scoreSdeTrajectory(golden, header, { process, tensors: { predictor: reverseDiffusion(), joined: predictorCorrector } });
});

const ofDiffusers: Readonly<Record<string, (golden: GoldenCase) => Sampler | undefined>> = {
  DDIMScheduler: ({ step_kwargs }) => ddim({ eta: number(record(step_kwargs).eta ?? 0) }),
  DDPMScheduler(golden) {
    const variance = String(record(golden.scheduler_config).variance_type ?? 'fixed_small');
    return /^fixed_(small|large)$/.test(variance)
      ? ddpm({ variance: variance === 'fixed_large' ? 'large' : 'small' })
      : undefined;
  },
  EulerDiscreteScheduler: (golden) => askedBeforeChurn(golden, churned(euler(), { amount: 0, ...settings(golden, churn) })),
  EulerAncestralDiscreteScheduler: () => eulerAncestral(),
  HeunDiscreteScheduler: () => heun(),
  KDPM2DiscreteScheduler: () => dpm2(),
  KDPM2AncestralDiscreteScheduler: () => ancestral(dpm2()),
  LMSDiscreteScheduler: (golden) => lms(settings(golden, { order: 'order' })),
  DEISMultistepScheduler(golden) {
    const { solver_order = 2, lower_order_final = true } = record(golden.scheduler_config);
    const left = (index: number, count: number) => (lower_order_final === true && count < 15 ? count - index : Infinity);
    return byStep((index, count) => deis({ order: Math.min(number(solver_order), left(index, count)) }));
  },
  SASolverScheduler(golden) {
    const { predictor_order = 2, corrector_order = 2, lower_order_final = true } = record(golden.scheduler_config);
    const timesteps = numbers(golden.timesteps);
    return byStep((index, count) => {
      const t = timesteps[index] ?? Number.NaN;
      const left = lower_order_final === true ? count - index : Infinity;
      return saSolver({
        predictor: Math.min(number(predictor_order), left),
        corrector: Math.min(number(corrector_order), left + 2),
        tau: t >= 200 && t <= 800 ? 1 : 0,
      });
    });
  },
  UniPCMultistepScheduler(golden) {
    const { solver_order = 2, predict_x0, solver_type, disable_corrector } = record(golden.scheduler_config);
    if (solver_order !== 2 || golden.peer_gives_nan === true || disable_corrector != null) return undefined;
    const predicts = predict_x0 === false ? 'epsilon' : 'x0';
    return unipc({ order: 2, predicts, solver: solver_type === 'bh1' ? 'bh1' : 'bh2' });
  },
  FlowMatchEulerDiscreteScheduler: (golden) =>
    record(golden.scheduler_config).stochastic_sampling === true ? consistency() : euler(),
  FlowMatchHeunDiscreteScheduler: () => rungeKutta2({ clock: flowTime() }),
};
for (const file of [diffusersDdim, diffusersDdpm, diffusersEuler, diffusersDeis, diffusersUnipc, diffusersFlow])
  spread(file, kindOfClass, (golden, header) => {
    const tensors = ofDiffusers[text(golden.class)]?.(golden);
    return tensors && diffusersTrajectory(golden, header, { tensors });
  });

const skipsRungeKutta = ({ scheduler_config }: GoldenCase) => record(scheduler_config).skip_prk_steps === true;
spread(diffusersPndm, skipsRungeKutta, (golden, header) =>
  diffusersPndmTrajectory(golden, header, { tensors: skipsRungeKutta(golden) ? plms() : pndm() }),
);

spread(diffusersFewStep, kindOfClass, (golden, header) => {
  const { sigma_min, s_noise } = record(golden.scheduler_config);
  const tensors: Readonly<Record<string, Sampler>> = {
    TCDScheduler: tcd({ gamma: number(record(golden.step_kwargs).eta ?? 0.3) }),
    LCMScheduler: consistency(),
    CMStochasticIterativeScheduler: consistency({ least: number(sigma_min ?? 0.002), scale: number(s_noise ?? 1) }),
  };
  const sampler = tensors[text(golden.class)];
  return sampler && fewStepTrajectory(golden, header, { tensors: sampler });
});
