/**
 * One step under many names: to the first order DDIM, DPM-Solver and DPM-Solver++, UniPC, DEIS, linear multistep and Euler's method
 * on the flow, in σ/α or in the time of rectified flow, are the same. Song et al. 2021 (arXiv 2010.02502), section 4.3; Lu et al. 2022
 * (arXiv 2206.00927), section 4.1.
 */
import type { ForwardProcess, Sampler } from '@tweedie/core';
import { forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ddim,
  deis,
  dpmFast,
  dpmSolverMultistep,
  euler,
  flowTime,
  ipndm,
  lms,
  rungeKutta,
  saSolver,
  sigmaRatio,
  tcd,
  unipc,
} from './index.js';

const oneStage = { stages: [], weights: [1] };
const others: Readonly<Record<string, (steps: number) => Sampler<Float64Array>>> = {
  'Euler in σ/α': euler,
  'a Runge–Kutta method of one stage in σ/α': () => rungeKutta({ tableau: oneStage, clock: sigmaRatio() }),
  'a Runge–Kutta method of one stage in the time of rectified flow': () => rungeKutta({ tableau: oneStage, clock: flowTime() }),
  'DPM-Solver-1': () => dpmSolverMultistep({ order: 1 }),
  'DPM-Solver-1, singlestep': (evaluations) => dpmFast({ evaluations, order: 1 }),
  'UniP-1': () => unipc({ order: 1, corrects: () => false }),
  'UniP-1 in ε': () => unipc({ order: 1, corrects: () => false, predicts: 'epsilon' }),
  'DEIS-1': () => deis({ order: 1 }),
  'linear multistep, order 1': () => lms({ order: 1 }),
  'iPNDM, order 1': () => ipndm({ order: 1 }),
  'SA-Solver without noise, order 1': () => saSolver({ predictor: 1, corrector: 0, tau: 0 }),
  'TCD without noise': () => tcd({ gamma: 0 }),
};

const denoiser = mixtureDenoiser(threeGaussians);
const run = (process: ForwardProcess, sampler: Sampler<Float64Array>, logSnrs: readonly number[], start: Float64Array) =>
  samplePlain({ denoiser, process, sampler, levels: logSnrs.map(process.level), start }).at(-1)?.x ?? start;

describe.each(Object.entries(forms(linearLogSnr({ min: -12, max: 12 }))))('%s', (_, process) => {
  test.each(Object.entries(others))('%s is DDIM', (_name, other) => {
    const levels = fc
      .uniqueArray(fc.double({ min: -8, max: 10, noNaN: true }), { minLength: 2, maxLength: 9 })
      .map((some) => some.sort((a, b) => a - b))
      .filter((some) => some.every((each, i) => i === 0 || each - (some[i - 1] ?? 0) > 1e-3));
    const unit = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(levels, fc.tuple(unit, unit), (logSnrs, at) => {
        const start = Float64Array.from(at, (each) => each * process.level(logSnrs[0] ?? 0).sigma);
        const ours = run(process, ddim(), logSnrs, start);
        const theirs = run(process, other(logSnrs.length - 1), logSnrs, start);
        const size = Math.max(1, ...start.map(Math.abs));
        for (const [i, x] of ours.entries()) expect(Math.abs(x - (theirs[i] ?? Number.NaN)) / size).toBeLessThan(1e-12);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
