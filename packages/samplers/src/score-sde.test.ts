/** The predictors and correctors of score_sde and of diffusers, in every pairing that the goldens have. */
import type { Sampler } from '@tweedie/core';
import { subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import {
  describeGoldens,
  type GoldenCase,
  number,
  record,
  rescaledByBatch,
  scoreSdeTrajectory,
  settings,
} from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/samplers/diffusers-sde-ve.json' with { type: 'json' };
import peer from '@tweedie/goldens/samplers/score-sde-pc.json' with { type: 'json' };
import { geometric, linearBeta, noiseSquared } from '@tweedie/schedules';
import { ddpm } from './ddpm.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { langevinCorrector } from './langevin-corrector.js';
import { predictorCorrector } from './predictor-corrector.js';
import { reverseDiffusion } from './reverse-diffusion.js';

const joined = predictorCorrector<Float64Array>;

describeGoldens('predictors and correctors', peer, (golden, header) => {
  const rates = linearBeta(settings(golden, { beta_min: 'betaMin', beta_max: 'betaMax' }));
  const process = {
    vp: () => variancePreserving(rates),
    subvp: () => subVariancePreserving(noiseSquared(rates)),
    ve: () => varianceExploding(geometric(settings(golden, { sigma_min: 'sigmaMin', sigma_max: 'sigmaMax' }))),
  }[String(golden.sde)];
  if (process === undefined) return undefined;
  // Sub-VP has no discrete model, so that its reverse diffusion is an Euler step.
  const inTime = golden.predictor === 'euler_maruyama' || golden.sde === 'subvp';
  const eta = golden.probability_flow === true ? 0 : 1;
  const predictors: Readonly<Record<string, Sampler<Float64Array>>> = {
    euler_maruyama: eulerMaruyama({ eta }),
    reverse_diffusion: inTime ? eulerMaruyama({ eta }) : reverseDiffusion({ eta }),
    ancestral_sampling: ddpm({ variance: golden.sde === 've' ? 'small' : 'large' }),
  };
  const predictor = predictors[String(golden.predictor)];
  return scoreSdeTrajectory(golden, header, { process: process(), inTime, predictor, corrector: correctorOf(golden), joined });
});

describeGoldens('reverse diffusion with the Langevin corrector', diffusers, (golden, header) => {
  const { sigma_min, sigma_max, snr } = record(golden.scheduler_config);
  const process = varianceExploding(geometric({ sigmaMin: number(sigma_min ?? 0.01), sigmaMax: number(sigma_max ?? 1348) }));
  const moves = number(golden.correct_steps);
  const corrector = moves === 0 ? undefined : langevinCorrector({ snr: number(snr ?? 0.15), moves, rescaled: rescaledByBatch });
  return scoreSdeTrajectory(golden, header, { process, predictor: reverseDiffusion(), corrector, joined });
});

function correctorOf(golden: GoldenCase): Sampler<Float64Array> | undefined {
  if (golden.corrector === 'none') return undefined;
  const options = { snr: number(golden.snr), moves: number(golden.n_steps_each) };
  return golden.corrector === 'ald' ? langevinCorrector(options) : langevinCorrector({ ...options, rescaled: rescaledByBatch });
}
