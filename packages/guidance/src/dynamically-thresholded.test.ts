import '@tensorflow/tfjs-backend-cpu';
import { clone, type Tensor, tanh, tensor, tidy } from '@tensorflow/tfjs-core';
import { key, normals } from '@tweedie/core';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { steered, towards } from '../test/steered.js';
import { dynamicallyThresholded } from './dynamically-thresholded.js';

describeGuidance<Tensor>('dynamicallyThresholded', {
  ...steered,
  denoiser: (...asked) => tidy(() => tanh(towards(...asked))), // in [−1, 1], where there is nothing to bring back
  off: () => dynamicallyThresholded({ ratio: 1 }),
  on: () => dynamicallyThresholded({ max: 0.1 }),
});

const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);
const cut = (values: Tensor, options: Parameters<typeof dynamicallyThresholded>[0]) => [
  ...dynamicallyThresholded(options)<undefined>((x) => clone(x))(values, level, undefined).dataSync(),
];

test('the quantile of each sample is what becomes 1', () => {
  // |x0| in order: 1, 2, 3, 4, 5 and 1, 1, 1, 1, 9: the median, and half-way between the second and the third largest
  const x = () =>
    tensor([
      [5, -4, 3, -2, 1],
      [1, -9, 1, 1, -1],
    ]);
  expect(cut(x(), { ratio: 0.5 })).toEqual([1, -1, 1, -2 / 3, 1 / 3, 1, -1, 1, 1, -1].map(Math.fround));
  expect(cut(x(), { ratio: 0.625 })).toEqual([1, -1, 3 / 3.5, -2 / 3.5, 1 / 3.5, 1, -1, 1, 1, -1].map(Math.fround));
  expect(cut(x(), { ratio: 1 })).toEqual([1, -0.8, 0.6, -0.4, 0.2, 1 / 9, -1, 1 / 9, 1 / 9, -1 / 9].map(Math.fround));
  expect(cut(x(), { ratio: 1, max: 4 })).toEqual([1, -1, 0.75, -0.5, 0.25, 0.25, -1, 0.25, 0.25, -0.25].map(Math.fround));
});

test('nothing inside [−1, 1] is stretched, and 1 is the static limit', () => {
  const inside = [0.5, -0.9, 0.1, 0.2];
  expect(cut(tensor([inside]), { ratio: 0 })).toEqual(inside.map(Math.fround));
  expect(cut(tensor([[0.5, -3, 7, 1]]), { max: 1 })).toEqual([0.5, -1, 1, 1]);
});

test('images are samples, too', () => {
  const values = normals(key(3), 2 * 48).map((value) => 3 * value);
  const image = cut(tensor(values, [2, 4, 4, 3]), { ratio: 0.9 });
  expect(image).toEqual(cut(tensor(values, [2, 48]), { ratio: 0.9 }));
  for (const sample of [image.slice(0, 48), image.slice(48)])
    expect(sample.filter((value) => Math.abs(value) === 1)).toHaveLength(5); // 0.9·47 = 42.3: those ranked 43 to 47
});

test.each([
  [{ ratio: -0.1 }, 'ratio-out-of-range'],
  [{ ratio: 1.1 }, 'ratio-out-of-range'],
  [{ max: 0 }, 'max-not-positive'],
  [{ max: Number.NaN }, 'max-not-positive'],
])('%o is refused', (options, code) => {
  expect(() => dynamicallyThresholded(options)).toThrow(expect.objectContaining({ code }));
});
