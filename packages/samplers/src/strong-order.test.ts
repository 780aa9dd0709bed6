/**
 * Solvers with noise on one Brownian path: refining the grid, each sample converges to one solution of the reverse SDE, and with
 * strong order 1. The noise is additive in `s·x/α`, where Euler–Maruyama is Milstein's method (Kloeden & Platen 1992, sections 10.2
 * and 10.3), and increments alone allow no more (Clark & Cameron 1980), however high the order of the drift. For SA-Solver
 * that is the theorem of Xue et al. 2023 (arXiv 2309.05019).
 */
import { brownianPath, type Denoiser, foldIn, key, normals, type Sampler } from '@tweedie/core';
import { forms, linearLogSnr, mixtureDenoiser, type PlainNoise, samplePlain, threeGaussians } from '@tweedie/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { ancestral } from './ancestral.js';
import { ddim } from './ddim.js';
import { ddpm } from './ddpm.js';
import { dpmSolverMultistep } from './dpm-solver-multistep.js';
import { dpm2 } from './dpm2.js';
import { dpmpp2m } from './dpmpp-2m.js';
import { dpmpp3m } from './dpmpp-3m.js';
import { dpmpp3s } from './dpmpp-3s.js';
import { dpmppSde } from './dpmpp-sde.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { reverseDiffusion } from './reverse-diffusion.js';
import { saSolver } from './sa-solver.js';

const [groups, perGroup] = [20, 15];
const count = groups * perGroup;
const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
const start = Float64Array.from(normals(key(1), 2 * count));
const path = brownianPath(key(2));
const increments: PlainNoise = (request) => path(request, 2 * count);

const variance = 0.25;
const gaussian: Denoiser<undefined, Float64Array> = (x, { alpha, sigma }) =>
  x.map((value) => ((alpha * variance) / (alpha ** 2 * variance + sigma ** 2)) * value);
const mixture = mixtureDenoiser(threeGaussians);

function end(denoiser: typeof gaussian, sampler: Sampler<Float64Array>, steps: number, noise = increments): Float64Array {
  const levels = Array.from({ length: steps + 1 }, (_, i) => process.level(-3 + (8 * i) / steps));
  return samplePlain({ denoiser, process, sampler, levels, start, noise }).at(-1)?.x ?? start;
}

/** The mean distance of the samples of each group from theirs in `truth`, which is the strong error. */
function errors(x: Float64Array, truth: Float64Array): readonly number[] {
  const distance = (i: number) =>
    Math.hypot((x[2 * i] ?? 0) - (truth[2 * i] ?? 0), (x[2 * i + 1] ?? 0) - (truth[2 * i + 1] ?? 0));
  return Array.from({ length: groups }, (_, group) => {
    const members = Array.from({ length: perGroup }, (_, i) => distance(group * perGroup + i));
    return members.reduce((sum, each) => sum + each, 0) / perGroup;
  });
}

/** How far the order is from 1, at most: by the errors at 16 and at 64 steps, with five standard errors of that by the groups. */
function awayFromOne(truth: Float64Array, at: (steps: number) => Float64Array): number {
  const [coarse, fine] = [errors(at(16), truth), errors(at(64), truth)];
  const orders = coarse.map((each, i) => Math.log2(each / (fine[i] ?? Number.NaN)) / 2);
  const order = orders.reduce((sum, each) => sum + each, 0) / groups;
  const error = Math.sqrt(orders.reduce((sum, each) => sum + (each - order) ** 2, 0) / (groups - 1) / groups);
  return Math.abs(order - 1) + 5 * error;
}

const samplers: readonly (readonly [name: string, sampler: Sampler<Float64Array>])[] = [
  ['ddim, eta 1', ddim({ eta: 1 })],
  ['ddpm, large', ddpm({ variance: 'large' })],
  ['eulerMaruyama', eulerMaruyama()],
  ['reverseDiffusion', reverseDiffusion()],
  ['dpmppSde', dpmppSde()],
  ['dpmpp2m, eta 1', dpmpp2m({ eta: 1 })],
  ['saSolver', saSolver()],
  ['dpmpp3m, eta 1', dpmpp3m({ eta: 1 })],
  ['dpmpp3s, eta 1', dpmpp3s({ eta: 1 })],
  ['dpmSolverMultistep, eta 1', dpmSolverMultistep({ eta: 1 })],
  ['ancestral DPM2', ancestral(dpm2())],
];

describe.each([
  { data: 'a Gaussian', denoiser: gaussian, some: samplers },
  { data: 'a mixture', denoiser: mixture, some: samplers.slice(0, 7) },
])('on $data all reach the same samples with strong order 1, five standard errors from ½ and 1½', ({ denoiser, some }) => {
  let truth: Float64Array = start;
  beforeAll(() => {
    truth = end(denoiser, ddim({ eta: 1 }), 1024);
  }, 60_000);

  test.each(some)('%s', (_, sampler) => {
    expect(awayFromOne(truth, (steps) => end(denoiser, sampler, steps))).toBeLessThan(0.5);
  });
});

test('a quarter of the variance of the noise has samples of its own, the same from all', () => {
  const truth = end(gaussian, ddim({ eta: 0.5 }), 512);
  const same: readonly Sampler<Float64Array>[] = [
    ddim({ eta: 0.5 }),
    saSolver({ tau: 0.5 }),
    dpmpp2m({ eta: 0.25 }),
    eulerMaruyama({ eta: 0.5 }),
  ];
  for (const sampler of same) expect(awayFromOne(truth, (steps) => end(gaussian, sampler, steps))).toBeLessThan(0.5);
});

test('independent draws never converge: finer grids have other samples', () => {
  const independent: PlainNoise = ({ index }) => Float64Array.from(normals(foldIn(key(3), index), 2 * count));
  const at = (steps: number) => end(gaussian, ddim({ eta: 1 }), steps, independent);
  expect(awayFromOne(at(512), at)).toBeGreaterThan(0.9);
});
