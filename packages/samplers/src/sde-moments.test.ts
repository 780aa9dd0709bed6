/**
 * Solvers with noise, against the exact mean, covariance and weights of a mixture of Gaussians. Steps are so many that what is left of
 * their error is smaller than the standard error of 700 samples.
 */
import { brownianPath, type Denoiser, foldIn, key, normals, type Sampler } from '@tweedie/core';
import {
  forms,
  linearLogSnr,
  mixtureDenoiser,
  mixtureDerivative,
  momentScores,
  type PlainNoise,
  type PlainOptions,
  samplePlain,
  threeGaussians,
} from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ancestral } from './ancestral.js';
import { ddim } from './ddim.js';
import { ddpm } from './ddpm.js';
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
import { predictorCorrector } from './predictor-corrector.js';
import { reverseDiffusion } from './reverse-diffusion.js';
import { saSolver } from './sa-solver.js';

const count = 700;
const process = forms(linearLogSnr({ min: -10, max: 10 }))['variance preserving'];
const levels = Array.from({ length: 151 }, (_, i) => process.level(i < 150 ? -10 + i / 7.5 : Infinity));
const start = Float64Array.from(normals(key(1), 2 * count), (z) => z * process.level(-10).sigma);
const noise: PlainNoise = ({ index, draw }) => Float64Array.from(normals(foldIn(foldIn(key(2), index), draw), 2 * count));
const denoiser = mixtureDenoiser(threeGaussians);
const scores = (sampler: Sampler<Float64Array>, run: Partial<PlainOptions> = {}) =>
  momentScores(threeGaussians, samplePlain({ denoiser, process, sampler, levels, start, noise, ...run }).at(-1)?.x ?? start);

test.each<[name: string, sampler: Sampler<Float64Array>]>([
  ['ddpm', ddpm()],
  ['ddpm, large', ddpm({ variance: 'large' })],
  ['ddim, eta 0.5', ddim({ eta: 0.5 })],
  ['ddim, eta 1.2', ddim({ eta: 1.2 })],
  ['eulerAncestral', eulerAncestral()],
  ['dpmpp2s, eta 0.5', dpmpp2s({ eta: 0.5 })],
  ['dpmpp3s, eta 1', dpmpp3s({ eta: 1 })],
  ['dpmppSde', dpmppSde()],
  ['dpmpp2m, eta 1', dpmpp2m({ eta: 1 })],
  ['dpmpp2m, Heun, eta 0.5', dpmpp2m({ kind: 'heun', eta: 0.5 })],
  ['dpmpp3m, eta 1', dpmpp3m({ eta: 1 })],
  ['dpmSolverMultistep, eta 1', dpmSolverMultistep({ eta: 1 })],
  ['saSolver', saSolver()],
  ['saSolver of order 3, tau 0.6', saSolver({ predictor: 3, corrector: 4, tau: 0.6 })],
  ['saSolver, tau by level', saSolver({ tau: ({ logSnr }) => (logSnr < 4 ? 1 : 0) })],
  ['eulerMaruyama', eulerMaruyama()],
  ['eulerMaruyama, eta 0.5', eulerMaruyama({ eta: 0.5 })],
  ['reverseDiffusion', reverseDiffusion()],
  ['reverseDiffusion, eta 0.5', reverseDiffusion({ eta: 0.5 })],
  ['reverseDiffusion with a corrector', predictorCorrector(reverseDiffusion(), langevinCorrector())],
  ['ddim with a corrector', predictorCorrector(ddim(), langevinCorrector({ moves: 2 }))],
  ['ancestral DPM2', ancestral(dpm2())],
  ['ancestral Heun, eta 0.7', ancestral(heun(), { eta: 0.7 })],
  ['ancestral Euler', ancestral(euler())],
])('%s has the moments and weights of the data, within five standard errors', (_, sampler) => {
  for (const [name, score] of Object.entries(scores(sampler))) expect(Math.abs(score), name).toBeLessThan(5);
});

test('ddpm with a learned variance, here the exact one of each element, does in 20 steps what a fixed one does not', () => {
  const derivative = mixtureDerivative(threeGaussians);
  // Var[x0 | x] = (σ²/α)·d E[x0 | x]/dx, and the step passes (α_s·gain)² of it on
  const learned: Denoiser<undefined, Float64Array> = (x, level, condition, moment) => {
    if (moment !== undefined) {
      const { from, to, note } = moment;
      const gain = -Math.expm1(from.logSnr - to.logSnr);
      const along = [0, 1].map((axis) =>
        derivative(
          x,
          level,
          x.map((_, i) => (i % 2 === axis ? 1 : 0)),
        ),
      );
      const passed = (to.alpha * gain * level.sigma) ** 2 / level.alpha;
      note(
        'variance',
        x.map((_, i) => to.sigma ** 2 * gain + passed * (along[i % 2]?.[i] ?? Number.NaN)),
      );
    }
    return denoiser(x, level, condition);
  };
  const few = Array.from({ length: 21 }, (_, i) => process.level(i < 20 ? i - 10 : Infinity));
  for (const [name, score] of Object.entries(scores(ddpm({ variance: 'learned' }), { denoiser: learned, levels: few })))
    expect(Math.abs(score), name).toBeLessThan(5);
  expect(scores(ddpm(), { levels: few })['covariance yy']).toBeLessThan(-5);
});

test('draws of the wrong size are seen', () => {
  const wrong: PlainNoise = (request) => noise(request).map((z) => 0.9 * z);
  expect(scores(ddpm(), { noise: wrong })['covariance xx']).toBeLessThan(-5);
});

test.each<[name: string, sampler: Sampler<Float64Array>]>([
  ['ddim, eta 1', ddim({ eta: 1 })],
  ['dpmppSde, whose inner draws lie within those of its steps', dpmppSde()],
  ['saSolver', saSolver()],
  ['a corrector, whose draws are none of the path', predictorCorrector(reverseDiffusion(), langevinCorrector())],
])('on Brownian paths too: %s', (_, sampler) => {
  const path = brownianPath(key(3), { tolerance: 1e-3 });
  for (const [name, score] of Object.entries(scores(sampler, { noise: (request) => path(request, 2 * count) })))
    expect(Math.abs(score), name).toBeLessThan(5);
});
