import '@tensorflow/tfjs-backend-cpu';
import { memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { key, type NoiseLevel, type NoiseSource, normals, rescaled, type Sampler, sample } from '@tweedie/core';
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, onTensors, samplePlain, threeGaussians } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { ddim } from './ddim.js';
import { dpmpp2m } from './dpmpp-2m.js';
import { langevinCorrector } from './langevin-corrector.js';
import { predictorCorrector } from './predictor-corrector.js';
import { reverseDiffusion } from './reverse-diffusion.js';

const stays = { reason: 'a corrector of finite moves leaves an error of its own at each level (Song et al. 2021, section 4.2)' };
describeSampler(
  'reverse diffusion with a Langevin corrector',
  <X>() => predictorCorrector(reverseDiffusion<X>(), langevinCorrector<X>()),
  {
    order: 0,
    evaluationsPerStep: 2,
    stochastic: true,
    exactOnPoint: stays,
    formInvariant: stays,
  },
);
describeSampler('ddim with a Langevin corrector', <X>() => predictorCorrector(ddim<X>(), langevinCorrector<X>({ moves: 2 })), {
  order: 0,
  evaluationsPerStep: 3,
  stochastic: true,
  exactOnPoint: true,
  formInvariant: { reason: 'the size of a move depends on α of both levels (Song et al. 2021, algorithm 5)' },
});
// A corrector that does nothing leaves the predictor as it is, its history included.
const idle = <X>(): Sampler<X> => ({ path: 'any', step: ({ denoise, from }, x) => ({ x, denoised: denoise(x, from) }) });
describeSampler('dpmpp2m with an idle corrector', <X>() => predictorCorrector(dpmpp2m<X>(), idle<X>()), {
  order: 2,
  history: 1,
  evaluationsPerStep: 2,
  exactOnPoint: true,
  formInvariant: true,
});

const processes = forms(linearLogSnr({ min: -8, max: 12 }));
const process = processes['variance preserving'];

describe('on Gaussian data', () => {
  const data = 0.25;
  const variance = ({ alpha, sigma }: NoiseLevel) => alpha ** 2 * data + sigma ** 2;
  /** The error of the variance that `steps` steps give, from the responses to the start and to each draw. */
  const error = (sampler: Sampler<Float64Array>, steps: number) => {
    const levels = Array.from({ length: steps + 1 }, (_, i) => process.level(-3 + (8 * i) / steps));
    const [first, last] = [levels[0], levels.at(-1)].map((level) => (level === undefined ? Number.NaN : variance(level)));
    const impulse = (source: number, size = 1) => Float64Array.from({ length: 100 }, (_, i) => (i === source ? size : 0));
    let draws = 0;
    const path = samplePlain({
      denoiser: (x, level) => x.map((each) => ((level.alpha * data) / variance(level)) * each),
      process,
      sampler,
      levels,
      start: impulse(0, Math.sqrt(first ?? 0)),
      noise: () => impulse(++draws),
    });
    expect(draws).toBeLessThan(100);
    return Math.abs((path.at(-1)?.x ?? new Float64Array()).reduce((sum, each) => sum + each ** 2, 0) / (last ?? 0) - 1);
  };

  test.each([10, 20])('the corrector mends a quarter or more of what %d large steps of the predictor spoil', (steps) => {
    const alone = error(reverseDiffusion(), steps);
    const corrected = error(predictorCorrector(reverseDiffusion(), langevinCorrector({ snr: 0.16, moves: 3 })), steps);
    expect(corrected).toBeLessThan(0.75 * alone);
  });
});

describe('with norms measured on tensors', () => {
  const levels = [-8, -4, -1, 1, 4, Infinity].map(process.level);
  const norms = predictorCorrector(reverseDiffusion<Tensor>(), langevinCorrector<Tensor>({ rescaled }));
  const mixture = mixtureDenoiser(threeGaussians);
  const options = {
    denoiser: onTensors(mixture),
    process,
    grid: () => levels,
    steps: 5,
    sampler: norms,
    key: key(3),
    start: [4, 2],
  };

  test('gives the numbers that it gives on plain numbers, and leaves nothing behind', async () => {
    const draws = ({ index, draw }: { readonly index: number; readonly draw: number }) => normals(key(10 * index + draw), 8);
    const noise: NoiseSource = (request) => tensor(draws(request), [4, 2]);
    const start = tensor(normals(key(5), 8), [4, 2]);
    const before = memory().numTensors;
    const result = await sample({ ...options, start, noise });
    expect(memory().numTensors).toBe(before + 1);
    const perSample = (x: Float64Array, over: Float64Array, under: Float64Array) => {
      const norm = (of: Float64Array, i: number) => Math.hypot(of[i - (i % 2)] ?? 0, of[i - (i % 2) + 1] ?? 0);
      return x.map((each, i) => (each * norm(over, i)) / norm(under, i));
    };
    const plain = samplePlain({
      denoiser: mixture,
      process,
      sampler: predictorCorrector(reverseDiffusion<Float64Array>(), langevinCorrector<Float64Array>({ rescaled: perSample })),
      levels,
      start: Float64Array.from(start.dataSync()),
      noise: (request) => Float64Array.from(draws(request)),
    });
    const last = plain.at(-1)?.x ?? [];
    for (const [i, x] of result.dataSync().entries()) expect(Math.abs(x - (last[i] ?? Number.NaN))).toBeLessThan(1e-4);
  });

  test('a sample does not depend on the batch it is in', async () => {
    const whole = (await sample(options)).dataSync();
    const part = (await sample({ ...options, first: 2, start: [2, 2] })).dataSync();
    for (const [i, x] of part.entries()) expect(Math.abs(x - (whole[4 + i] ?? Number.NaN))).toBeLessThan(1e-5);
  });
});
