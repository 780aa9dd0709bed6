/**
 * Langevin chains, churn, Restart and consistency models, against the exact mean, covariance and weights of a mixture of Gaussians, at
 * the level where they end.
 */
import { brownianPath, foldIn, key, type NoiseLevel, normals, type Sampler } from '@tweedie/core';
import {
  forms,
  linearLogSnr,
  mixtureDenoiser,
  momentScores,
  type PlainOptions,
  probabilityFlow,
  samplePlain,
  threeGaussians,
} from '@tweedie/testing';
import { expect, test } from 'vitest';
import { annealedLangevin } from './annealed-langevin.js';
import { churned } from './churned.js';
import { consistency } from './consistency.js';
import { ddim } from './ddim.js';
import { heun } from './heun.js';
import { langevin } from './langevin.js';
import { langevinCorrector } from './langevin-corrector.js';
import { restarted } from './restarted.js';
import { revisiting } from './revisiting.js';
import { tcd } from './tcd.js';

const count = 700;
const { 'variance preserving': process, 'variance exploding': exploding } = forms(linearLogSnr({ min: -10, max: 10 }));
const even = (_: unknown, steps: number): readonly NoiseLevel[] =>
  Array.from({ length: steps + 1 }, (_, i) => process.level(i < steps ? -10 + (20 * i) / steps : Infinity));
const denoiser = mixtureDenoiser(threeGaussians);
/** A perfect consistency model: the end of the exact flow. */
const consistent: PlainOptions['denoiser'] = (x, from) =>
  probabilityFlow({ denoiser, process, from, to: process.level(10), start: x, steps: 40 });

type Run = Pick<PlainOptions, 'levels'> & Partial<PlainOptions> & { readonly at?: NoiseLevel };
const scores = (sampler: Sampler<Float64Array>, { at, levels, ...options }: Run) => {
  const start = Float64Array.from(normals(key(1), 2 * count), (z) => z * (levels[0]?.sigma ?? Number.NaN));
  const noise: PlainOptions['noise'] = ({ index, draw }) =>
    Float64Array.from(normals(foldIn(foldIn(key(2), index), draw), 2 * count));
  const steps = samplePlain({ denoiser, process, sampler, levels, start, noise, ...options });
  return momentScores(threeGaussians, steps.at(-1)?.x ?? start, at);
};

const noisy = process.level(1.5);
const ladder = Array.from({ length: 8 }, (_, i) => exploding.level(-4.6 + i)); // σ from 10 to 0.3
const last = ladder.at(-2) ?? noisy; // between levels x stays as it is: the last move is made at the level that the last step leaves

test.each<[name: string, sampler: Sampler<Float64Array>, run: Run]>([
  ['churned Heun', churned(heun(), { amount: 20 }), { levels: even(0, 100) }],
  ['churned DDIM with noise of its own', churned(ddim({ eta: 1 }), { amount: 5 }), { levels: even(0, 200) }],
  ['restarted Heun', restarted(heun()), { levels: revisiting(even, { min: 0.1, max: 1, times: 2 })(process, 100) }],
  ['langevin', langevin({ size: 0.02, moves: 300 }), { levels: [noisy, noisy], at: noisy }],
  ['langevinCorrector', langevinCorrector({ snr: 0.12, moves: 200 }), { levels: [noisy, noisy], at: noisy }],
  ['annealedLangevin', annealedLangevin({ snr: 0.12, moves: 60 }), { process: exploding, levels: ladder, at: last }],
  ['consistency, of a perfect model', consistency(), { denoiser: consistent, levels: even(0, 3) }],
  ['tcd that goes all the way, of a perfect model', tcd({ gamma: 1 }), { denoiser: consistent, levels: even(0, 2) }],
])('%s has the moments and weights, within five standard errors', (_, sampler, run) => {
  for (const [name, score] of Object.entries(scores(sampler, run))) expect(Math.abs(score), name).toBeLessThan(5);
});

test('with a posterior mean in place of a consistency model, samples fall short of the spread', () => {
  const { 'covariance xx': xx, 'covariance yy': yy } = scores(consistency(), { levels: even(0, 100) });
  expect(xx).toBeLessThan(-5);
  expect(yy).toBeLessThan(-5);
});

test('noise gone through twice needs draws of its own: on one Brownian path Restart around noisy DDIM is too wide', () => {
  const sampler = restarted(ddim<Float64Array>({ eta: 1 }));
  const levels = revisiting(even, { min: 0.1, max: 1, times: 4 })(process, 60);
  const path = brownianPath(key(3), { tolerance: 1e-3 });
  expect(Math.abs(scores(sampler, { levels })['covariance xx'] ?? Number.NaN)).toBeLessThan(5);
  expect(scores(sampler, { levels, noise: (request) => path(request, 2 * count) })['covariance xx']).toBeGreaterThan(5);
});
