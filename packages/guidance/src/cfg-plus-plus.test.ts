import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import { mul, ones, setBackend, sub, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, key, type NoiseLevel, sample } from '@tweedie/core';
import { ddim } from '@tweedie/samplers';
import { combinePlain, forms, linearLogSnr, mixtureDenoiser, onTensors, samplePlain, threeGaussians } from '@tweedie/testing';
import { beforeAll, expect, test } from 'vitest';
import { cfgPlusPlus } from './cfg-plus-plus.js';
import { classifierFree } from './classifier-free.js';

beforeAll(() => setBackend('cpu'));

const free = mixtureDenoiser(threeGaussians);
const known = mixtureDenoiser({
  weights: [1],
  means: threeGaussians.means.slice(1, 2),
  covariances: threeGaussians.covariances.slice(1, 2),
});
const start = Float64Array.of(1.2, -0.4, 0.3, 0.8, -1.5, 0.1);
const clean: NoiseLevel = { t: 0, alpha: 1, sigma: 0, logSnr: Infinity };

/** Algorithm 2 of the paper, and its inversion: the guided estimate of x0, with the noise of the unconditional one. */
function algorithm(levels: readonly NoiseLevel[], lambda: number): Float64Array {
  return levels.slice(1).reduce((x, to, i) => {
    const from = levels[i] ?? to;
    const [without, given] = [free(x, from, undefined), known(x, from, undefined)];
    return x.map((value, j) => {
      const [none, some] = [without[j] ?? 0, given[j] ?? 0];
      const noise = (value - from.alpha * none) / from.sigma;
      return to.alpha * ((1 - lambda) * none + lambda * some) + to.sigma * noise;
    });
  }, start);
}

const descending = [-4, -2.5, -1, 0.5, 3];
const runs = { sampling: descending, inversion: [...descending].reverse() };
for (const [name, logSnrs] of Object.entries(runs))
  test.each(['variance preserving', 'variance exploding', 'flow'] as const)(
    `${name}, %s: ddim takes the steps of the paper`,
    async (form) => {
      const process = forms(linearLogSnr({ min: -8, max: 8 }))[form];
      const levels = [...logSnrs.map(process.level), ...(name === 'sampling' ? [clean] : [])];
      for (const lambda of [0, 0.6, 1]) {
        const scale = cfgPlusPlus({ lambda });
        const denoiser: Denoiser<undefined, Float64Array> = (x, at, _, moment) => {
          const share = scale(at, moment);
          return combinePlain([1 - share, free(x, at, undefined)], [share, known(x, at, undefined)]);
        };
        const expected = algorithm(levels, lambda);
        const run = samplePlain({ denoiser, process, sampler: { ...ddim(), path: 'any' }, levels, start });
        run.at(-1)?.x.forEach((value, i) => void expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 12));
      }
    },
  );

test('and so does classifierFree on tensors', async () => {
  const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
  const levels = [...descending.map(process.level), clean];
  const either: Denoiser<Tensor> = (x, at, y) =>
    tidy(() => {
      const [given, none] = [onTensors(known)(x, at, undefined), onTensors(free)(x, at, undefined)];
      return sub(mul(y, given), mul(sub(y, 1), none));
    });
  const guided = classifierFree({ scale: cfgPlusPlus(), without: tensor([[0]]) })(either);
  const x = await sample({
    denoiser: guided,
    process,
    sampler: ddim(),
    grid: () => levels,
    steps: descending.length,
    key: key(0),
    start: tensor(Float32Array.from(start), [3, 2]),
    condition: ones([3, 1]),
  });
  const expected = algorithm(levels, 0.6);
  x.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5));
});

test('outside of a step, or in one that stays, there is no scale', () => {
  const [here, there] = [1, 2].map(forms(linearLogSnr({ min: -8, max: 8 })).flow.level) as [NoiseLevel, NoiseLevel];
  const scale = cfgPlusPlus({ lambda: 0.5 });
  expect(() => scale(here)).toThrow(expect.objectContaining({ code: 'moment-missing' }));
  expect(() => scale(here, { from: here, to: here, index: 0, count: 1 })).toThrow(
    expect.objectContaining({ code: 'step-empty' }),
  );
  expect(scale(here, { from: here, to: clean, index: 0, count: 1 })).toBe(0.5);
  expect(scale(here, { from: there, to: here, index: 0, count: 1 })).toBeLessThan(0);
  expect(() => cfgPlusPlus({ lambda: Number.NaN })).toThrow(expect.objectContaining({ code: 'lambda-not-finite' }));
});
