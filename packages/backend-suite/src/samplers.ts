/** Each sampler once, from noise to points, with a network for denoiser. */
import { dispose } from '@tensorflow/tfjs-core';
import { denoiser, key, rescaled, type Sampler, sample } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import * as all from '@tweedie/samplers';
import { clamped, cosine, uniformLogSnr } from '@tweedie/schedules';
import { numbers } from './numbers.js';
import { randomised } from './randomised.js';
import type { SuiteCase } from './suite-case.js';

/** How each is made. Around another sampler, it is made around `ddim()`. */
export const SAMPLERS: Readonly<Record<string, () => Sampler>> = {
  ancestral: () => all.ancestral(all.ddim()),
  angular: all.angular,
  annealedLangevin: () => all.annealedLangevin({ moves: 2 }),
  churned: () => all.churned(all.ddim(), { amount: 2 }),
  consistency: all.consistency,
  ddim: all.ddim,
  ddpm: all.ddpm,
  deis: all.deis,
  dormandPrince: all.dormandPrince,
  dpm2: all.dpm2,
  dpmAdaptive: all.dpmAdaptive,
  dpmFast: () => all.dpmFast({ evaluations: 12 }),
  dpmSolver2: all.dpmSolver2,
  dpmSolver3: all.dpmSolver3,
  dpmSolverMultistep: all.dpmSolverMultistep,
  dpmpp2m: all.dpmpp2m,
  dpmpp2s: all.dpmpp2s,
  dpmpp3m: all.dpmpp3m,
  dpmpp3s: all.dpmpp3s,
  dpmppSde: all.dpmppSde,
  euler: all.euler,
  eulerAncestral: all.eulerAncestral,
  eulerMaruyama: all.eulerMaruyama,
  heun: all.heun,
  ipndm: all.ipndm,
  langevin: () => all.langevin({ size: 0.01 }),
  langevinCorrector: () => all.langevinCorrector({ rescaled }),
  lms: all.lms,
  midpoint: all.midpoint,
  plms: all.plms,
  pndm: all.pndm,
  predictorCorrector: () => all.predictorCorrector(all.reverseDiffusion(), all.langevinCorrector()),
  restarted: () => all.restarted(all.ddim()),
  reverseDiffusion: all.reverseDiffusion,
  rk4: all.rk4,
  rungeKutta: () => all.rungeKutta({ tableau: { stages: [[0.5]], weights: [0, 1] } }),
  rungeKutta2: all.rungeKutta2,
  saSolver: all.saSolver,
  sequence: () => all.sequence([all.euler(), all.heun(), all.ddim(), all.ddpm(), all.euler()]),
  tcd: all.tcd,
  unipc: all.unipc,
};

/** The cases. */
export const samplers: readonly SuiteCase[] = Object.entries(SAMPLERS).map(([name, make]) => ({
  name: `sampler: ${name}`,
  tolerance: 2e-3,
  async run() {
    const network = mlp({ key: key(0), width: 8, layers: 1, embedding: 8 });
    const parameters = randomised(network.parameters);
    const x = await sample({
      denoiser: denoiser(network, v()),
      process: variancePreserving(clamped(cosine(), { min: -6, max: 6 })),
      sampler: make(),
      grid: uniformLogSnr(),
      steps: 5,
      key: key(4),
      start: [3, 2],
    });
    dispose(parameters);
    return numbers(x);
  },
}));
