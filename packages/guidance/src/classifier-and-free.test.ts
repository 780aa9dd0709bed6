/**
 * On a labelled mixture of Gaussians, where everything is known: guidance by the exact classifier equals classifier-free guidance at every
 * scale, and at 1 is the exact conditional score.
 */
import '@tensorflow/tfjs-backend-cpu';
import { add, concat, mul, oneHot, setBackend, slice, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, key, type NoiseLevel, normals, type Sampler, sample } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser as mixtureDenoiserOnTensors } from '@tweedie/data';
import { ddim, ddpm, heun } from '@tweedie/samplers';
import { forms, linearLogSnr, mixtureDenoiser, mixtureShareGradient, samplePlain, threeGaussians } from '@tweedie/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { exactClassifier } from '../test/exact-classifier.js';
import { classifier } from './classifier.js';
import { classifierFree } from './classifier-free.js';
import { scoreShift } from './classifier-shift.js';

beforeAll(() => setBackend('cpu'));

const SCALES = [0, 1, 0.3, 4, -1];
const processes = forms(linearLogSnr({ min: -9, max: 9 }));
const { weights, means, covariances } = threeGaussians;
const labels = weights.map((_, label) => label);
const component = (label: number) => ({
  weights: [1],
  means: means.slice(label, label + 1),
  covariances: covariances.slice(label, label + 1),
});
const onTensors = ({ weights, means, covariances }: typeof threeGaussians) =>
  gaussianMixture({
    weights,
    means,
    covariances: covariances.map(([xx, xy, yy]) => [
      [xx, xy],
      [xy, yy],
    ]),
  });

/** Both guidances in float64. */
function both(label: number, scale: number) {
  const [free, known] = [mixtureDenoiser(threeGaussians), mixtureDenoiser(component(label))];
  const gradient = mixtureShareGradient(threeGaussians, label);
  const along = (x: Float64Array, scale: number, by: Float64Array) => x.map((each, i) => each + scale * (by[i] ?? Number.NaN));
  const byClassifier: Denoiser<undefined, Float64Array> = (x, level) =>
    along(free(x, level, undefined), scale * scoreShift(level), gradient(x, level));
  const withoutOne: Denoiser<undefined, Float64Array> = (x, level) => {
    const base = free(x, level, undefined);
    const difference = along(known(x, level, undefined), -1, base);
    return along(base, scale, difference);
  };
  return { byClassifier, withoutOne };
}

const scoreOf = (x: Float64Array, estimate: Float64Array, { alpha, sigma }: NoiseLevel) =>
  x.map((each, i) => (alpha * (estimate[i] ?? Number.NaN) - each) / sigma ** 2);

/** The largest difference, in units of the largest number or of 1. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const size = Math.max(1, ...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (each, i) => Math.abs(each - (b[i] ?? Number.NaN)))) / size;
}

describe.each(Object.entries(processes))('%s', (_, process) => {
  const levels = [-6, -2, 0, 1.5, 5].map((logSnr) => process.level(logSnr));
  const points = (level: NoiseLevel) =>
    Float64Array.from(normals(key(3), 40), (each) => each * Math.hypot(level.alpha, level.sigma));

  test.each(SCALES)('scale %d: one score', (scale) => {
    for (const label of labels)
      for (const level of levels) {
        const { byClassifier, withoutOne } = both(label, scale);
        const x = points(level);
        const [one, other] = [byClassifier(x, level, undefined), withoutOne(x, level, undefined)];
        expect(apart(one, other)).toBeLessThan(1e-12);
        expect(apart(scoreOf(x, one, level), scoreOf(x, other, level))).toBeLessThan(1e-10);
      }
  });

  test('scale 1 is the score of the component alone', () => {
    for (const label of labels) {
      const alone = onTensors(component(label));
      for (const level of levels) {
        const x = points(level);
        const score = scoreOf(x, both(label, 1).byClassifier(x, level, undefined), level);
        const exact = Array.from({ length: 20 }, (_, row) => alone.score([x[2 * row] ?? 0, x[2 * row + 1] ?? 0], level)).flat();
        expect(apart(score, exact)).toBeLessThan(1e-10);
      }
    }
  });

  test.each(SCALES)('scale %d: one trajectory', (scale) => {
    const grid = [...Array.from({ length: 25 }, (_, i) => process.level(-8 + (2 * i) / 3)), process.level(Infinity)];
    const start = points(process.level(-8));
    for (const sampler of [ddim, heun, ddpm] satisfies (<X>() => Sampler<X>)[]) {
      const run = (denoiser: Denoiser<undefined, Float64Array>) =>
        samplePlain({
          denoiser,
          process,
          sampler: sampler(),
          levels: grid,
          start,
          noise: ({ index, draw }) => Float64Array.from(normals(key(100 * index + draw), start.length)),
        });
      const { byClassifier, withoutOne } = both(1, scale);
      const [one, other] = [run(byClassifier), run(withoutOne)];
      one.forEach(({ x }, i) => void expect(apart(x, other[i]?.x ?? [])).toBeLessThan(1e-10));
    }
  });
});

describe('on tensors', () => {
  const process = processes['variance preserving'];
  const mixture = onTensors(threeGaussians);
  const none = labels.length;
  const parts = [...labels.map((label) => onTensors(component(label))), mixture].map(mixtureDenoiserOnTensors);
  /** Knows the component by its label; of the label after the last, "none", it knows the mixture. */
  const labelled: Denoiser<Tensor> = (x, level, given) =>
    tidy(() => {
      const hot = oneHot(given, parts.length);
      return parts
        .map((part, k): Tensor => mul(part(x, level, undefined), slice(hot, [0, k], [-1, 1])))
        .reduce((total, each) => add(total, each));
    });
  const unlabelled = mixtureDenoiserOnTensors(mixture);
  const byClassifier = (scale: number) =>
    classifier({ scale, logProbability: exactClassifier(mixture), told: () => undefined })(unlabelled);
  const withoutOne = (scale: number) => classifierFree({ scale, without: tensor1d([none], 'int32') })(labelled);

  test.each(SCALES)('scale %d: one estimate', (scale) => {
    for (const logSnr of [-6, -2, 0, 1.5, 5]) {
      const level = process.level(logSnr);
      const given = tensor1d([0, 1, 2, 2, 1, 0], 'int32');
      const x = tensor(normals(key(5), 12), [6, 2]);
      const [one, other] = [byClassifier(scale)(x, level, given), withoutOne(scale)(x, level, given)];
      expect(apart(one.dataSync(), other.dataSync())).toBeLessThan(1e-5);
      for (const each of [x, one, other, given]) each.dispose();
    }
  });

  test.each(SCALES)('scale %d: one sample', async (scale) => {
    const condition = tidy(() => concat(labels.map((label) => tensor1d([label, label], 'int32'))));
    for (const sampler of [ddim(), ddpm()]) {
      const run = async (denoiser: Denoiser<Tensor>) =>
        sample({
          denoiser,
          process,
          sampler,
          grid: (_, steps) =>
            Array.from({ length: steps + 1 }, (_, i) => process.level(i === steps ? Infinity : -7 + (14 * i) / steps)),
          steps: 20,
          condition,
          key: key(8),
          start: [6, 2],
        });
      const [one, other] = [await run(byClassifier(scale)), await run(withoutOne(scale))];
      expect(apart(one.dataSync(), other.dataSync())).toBeLessThan(1e-4);
      one.dispose();
      other.dispose();
    }
    condition.dispose();
  });
});
