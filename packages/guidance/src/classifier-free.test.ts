import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  clone,
  concat,
  gather,
  keep,
  memory,
  mul,
  setBackend,
  slice,
  sub,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { type Denoiser, key, type Moment, normals } from '@tweedie/core';
import { gaussianMixture } from '@tweedie/data';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { beforeAll, expect, test } from 'vitest';
import { counting, none, steered, towards } from '../test/steered.js';
import { classifierFree } from './classifier-free.js';
import type { GuidanceScale } from './guidance-scale.js';

beforeAll(() => setBackend('cpu'));

const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);
const values = normals(key(2), 6);

describeGuidance<Tensor>('classifierFree', {
  ...steered,
  off: () => classifierFree({ scale: 1, without: none() }),
  on: () => classifierFree({ scale: 2.5, without: none() }),
});

test.each([
  [-1, 2],
  [0, 1],
  [0.5, 2],
  [1, 1],
  [3, 2],
])('scale %d equals two separate evaluations, in one call on %d times the batch', (scale, times) => {
  const [x, y, without] = [tensor(values, [3, 2]), tensor(normals(key(9), 6), [3, 2]), none()];
  const separate = tidy(() => {
    const free = towards(x, level, concat([without, without, without]));
    return add(free, mul(scale, sub(towards(x, level, y), free)));
  });
  for (const given of [scale, () => scale]) {
    const { denoiser, calls } = counting(towards);
    const before = memory().numTensors;
    const guided = classifierFree({ scale: given, without })(denoiser)(x, level, y);
    expect(memory().numTensors).toBe(before + 1);
    expect(calls).toEqual([3 * times]);
    guided.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(separate.dataSync()[i] ?? Number.NaN, 5));
    guided.dispose();
  }
  expect(without.isDisposed).toBe(false);
  for (const each of [x, y, without, separate]) each.dispose();
});

test('with the scale 1 it is the denoiser itself', () => {
  expect(classifierFree({ scale: 1, without: none() })(towards)).toBe(towards);
});

test('a scale for each sample, a negative condition for each sample', () => {
  const [x, y, without] = [tensor(values, [3, 2]), tensor(normals(key(9), 6), [3, 2]), tensor(normals(key(10), 6), [3, 2])];
  const scales = [1, 4, 0];
  const { denoiser, calls } = counting(towards);
  const before = memory().numTensors;
  const scale = tensor1d(scales);
  const guided = classifierFree({ scale, without })(denoiser)(x, level, y);
  expect(memory().numTensors).toBe(before + 2);
  expect(calls).toEqual([6]);
  scales.forEach((each, i) => {
    const row = (of: Tensor) => slice(of, i, 1);
    const alone = classifierFree({ scale: each, without: row(without) })(towards)(row(x), level, row(y));
    alone.dataSync().forEach((value, j) => void expect(guided.dataSync()[2 * i + j]).toBeCloseTo(value, 5));
  });
});

test('a scale as a function of the level and of the step', () => {
  const told: unknown[] = [];
  const scale: GuidanceScale = ({ sigma }, moment) => {
    told.push(moment?.index);
    return 1 + sigma;
  };
  const [x, y, without] = [tensor(values, [3, 2]), tensor(normals(key(9), 6), [3, 2]), none()];
  const moment: Moment = { from: level, to: level, index: 7, count: 9, note: () => undefined, recall: () => undefined };
  const guided = classifierFree({ scale, without })(towards)(x, level, y, moment);
  const fixed = classifierFree({ scale: 1 + level.sigma, without })(towards)(x, level, y);
  expect(guided.dataSync()).toEqual(fixed.dataSync());
  expect(told).toEqual([7]);
});

// Tweedie's formula turns estimates into scores: σ²·score = α·x0 − x.
test.each([0, 1, 3, -0.5, 12])('scale %d: the score is scale·conditional + (1 − scale)·unconditional, exactly', (scale) => {
  const parts = {
    means: [
      [-1.5, 0.4],
      [0.8, 1.2],
      [0.5, -1],
    ],
    covariances: [
      0.2,
      [
        [0.1, 0.03],
        [0.03, 0.3],
      ],
      0.4,
    ],
    weights: [0.5, 0.2, 0.3],
  };
  const all = gaussianMixture(parts);
  const classes = parts.means.map((mean, k) =>
    gaussianMixture({ means: [mean], covariances: parts.covariances.slice(k, k + 1) }),
  );
  const of = (label: number) => classes[label] ?? all;
  const points = [0.2, -0.4, 1.1, 0.9, -1.3, 0.1, 0.4, -1.6];
  const point = (i: number) => points.slice(2 * i, 2 * i + 2);
  const denoiser: Denoiser<Tensor> = (x, at, labels) => {
    const [numbers, which] = [x.dataSync(), labels.dataSync()];
    return tensor2d(Array.from(which, (label, i) => [...of(label).posteriorMean([...numbers.slice(2 * i, 2 * i + 2)], at)]));
  };
  const { alpha, sigma } = level;
  const labels = [0, 1, 2, 1];
  const without = tensor1d([3], 'int32');
  const guided = classifierFree({ scale, without })(denoiser)(
    tensor(points, [4, 2]),
    level,
    tensor1d(labels, 'int32'),
  ).dataSync();
  labels.forEach((label, i) => {
    const [given, free] = [of(label).score(point(i), level), all.score(point(i), level)];
    point(i).forEach((value, j) => {
      const score = (alpha * (guided[2 * i + j] ?? Number.NaN) - value) / sigma ** 2;
      expect(score).toBeCloseTo(scale * (given[j] ?? Number.NaN) + (1 - scale) * (free[j] ?? Number.NaN), 4);
    });
  });
});

test('a condition of several tensors is guided as a whole', () => {
  const table = tensor([
    [1, 2],
    [-1, 0.5],
    [0, 0],
  ]);
  const denoiser: Denoiser<Readonly<Record<'label' | 'shift', Tensor>>> = (x, _, { label, shift }) =>
    tidy(() => mul(x, add(gather(table, label), shift)));
  const without = { label: tensor1d([2], 'int32'), shift: tensor([[0.1, 0.1]]) };
  const y = { label: tensor1d([0, 1, 0], 'int32'), shift: tensor(normals(key(4), 6), [3, 2]) };
  const x = tensor(values, [3, 2]);
  const guided = classifierFree({ scale: 4, without })(denoiser)(x, level, y);
  const separate = tidy(() => {
    const none = { label: tensor1d([2, 2, 2], 'int32'), shift: concat([without.shift, without.shift, without.shift]) };
    const free = denoiser(x, level, none);
    return add(free, mul(4, sub(denoiser(x, level, y), free)));
  });
  guided.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(separate.dataSync()[i] ?? Number.NaN, 4));
});

test('what has no "none" stays as it is; a "none" for nothing is refused', () => {
  const denoiser: Denoiser<Readonly<Record<'label' | 'image', Tensor>>> = (x, _, { label, image }) =>
    tidy(() => add(mul(x, label), image));
  const y = { label: tensor([[2], [3], [4]]), image: tensor(normals(key(4), 6), [3, 2]) };
  const x = tensor(values, [3, 2]);
  const guided = classifierFree({ scale: 4, without: { label: tensor([[1]]) } })(denoiser)(x, level, y).dataSync();
  const expected = tidy(() => add(mul(x, add(1, mul(4, sub(y.label, 1)))), y.image)).dataSync();
  guided.forEach((value, i) => void expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5));
  const alone = classifierFree({ scale: 0, without: { label: tensor([[1]]) } })(denoiser)(x, level, y).dataSync();
  const unlabelled = tidy(() => add(x, y.image)).dataSync();
  alone.forEach((value, i) => void expect(value).toBeCloseTo(unlabelled[i] ?? Number.NaN, 5));
  const misspelt = classifierFree<Readonly<Record<string, Tensor>>>({ scale: 4, without: { lable: tensor([[1]]) } });
  expect(() => misspelt((at) => at)(x, level, y)).toThrow(expect.objectContaining({ code: 'condition-mismatch' }));
});

test('a note is that of the conditional half, and the denoiser recalls both', () => {
  const [x, y, without] = [tensor(values, [3, 2]), tensor(normals(key(9), 6), [3, 2]), none()];
  const notes = new Map<string, Tensor>();
  const note = (name: string, value: Tensor) => void notes.set(name, keep(clone(value)));
  const moment: Moment = { from: level, to: level, index: 0, count: 1, note, recall: (name) => notes.get(name) };
  const recalled: number[][] = [];
  const telling: Denoiser<Tensor> = (at, _, condition, told) =>
    tidy(() => {
      told?.note('condition', condition);
      recalled.push([...(told?.recall('condition')?.dataSync() ?? [])]);
      return add(at, condition);
    });
  const before = memory().numTensors;
  const guided = tidy(() => classifierFree({ scale: 3, without })(telling)(x, level, y, moment));
  expect([...(notes.get('condition')?.dataSync() ?? [])]).toEqual([...y.dataSync()]);
  expect(recalled).toEqual([[...y.dataSync(), ...concat([without, without, without]).dataSync()]]);
  expect(guided.shape).toEqual([3, 2]);
  for (const each of [guided, ...notes.values()]) each.dispose();
  expect(memory().numTensors).toBe(before + 1); // the one joined for the comparison
});

test('what cannot be guided is refused by name', () => {
  expect(() => classifierFree({ scale: Number.NaN, without: tensor([0]) })).toThrow(
    expect.objectContaining({ code: 'scale-not-finite' }),
  );
  const x = tensor(values, [3, 2]);
  const scale = tensor1d([1, 2]);
  expect(() => classifierFree({ scale, without: x })(towards)(x, level, x)).toThrow(
    expect.objectContaining({ code: 'scale-mismatch' }),
  );
  const unknown = () => Infinity;
  expect(() => classifierFree({ scale: unknown, without: x })(towards)(x, level, x)).toThrow(
    expect.objectContaining({ code: 'scale-not-finite' }),
  );
  const labels = tensor1d([1, 2, 3], 'int32');
  const mismatch = expect.objectContaining({ code: 'condition-mismatch' });
  expect(() => classifierFree({ scale: 2, without: tensor([0]) })(towards)(x, level, labels)).toThrow(mismatch);
  expect(() => classifierFree({ scale: 2, without: tensor([[0]]) })(towards)(x, level, x)).toThrow(mismatch);
  expect(() =>
    classifierFree({
      scale: 2,
      without: tensor([
        [0, 0],
        [0, 0],
      ]),
    })(towards)(x, level, x),
  ).toThrow(mismatch);
  const { label } = { label: labels };
  expect(() =>
    classifierFree<Record<string, Tensor>>({ scale: 2, without: { other: label } })(() => x)(x, level, { label }),
  ).toThrow(mismatch);
});
