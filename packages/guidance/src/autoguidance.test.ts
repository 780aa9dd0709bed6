import '@tensorflow/tfjs-backend-cpu';
import { add, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, key, type Moment, normals } from '@tweedie/core';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { counting, steered, towards } from '../test/steered.js';
import { autoguidance } from './autoguidance.js';

/** A worse denoiser: pulled to one side. */
const weak: Denoiser<Tensor> = (...asked) => tidy(() => add(mul(0.8, towards(...asked)), 0.1));

describeGuidance<Tensor>('autoguidance', {
  ...steered,
  off: () => autoguidance({ scale: 1, weak }),
  on: () => autoguidance({ scale: 2, weak }),
});

const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);

// Of two models of one Gaussian that misplace its mean by 1 and 3 parts, the scale 1.5 finds the mean: errors that differ in size only cancel.
test('errors that differ in size only cancel at the scale that is made for them', () => {
  const model =
    (error: number): Denoiser<Tensor> =>
    (x) =>
      tidy(() => add(mul(0.4, x), error));
  const x = tensor(normals(key(2), 6), [3, 2]);
  const guided = autoguidance({ scale: 1.5, weak: model(0.3) })(model(0.1))(x, level, x);
  const truth = model(0)(x, level, x).dataSync();
  guided.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(truth[i] ?? Number.NaN, 6));
});

test('both are asked once, with the same condition, unless the scale is 1', () => {
  const [x, y] = [tensor(normals(key(2), 6), [3, 2]), tensor(normals(key(9), 6), [3, 2])];
  const [strong, poor] = [counting(towards), counting(weak)];
  autoguidance({ scale: 2, weak: poor.denoiser })(strong.denoiser)(x, level, y);
  autoguidance({ scale: () => 1, weak: poor.denoiser })(strong.denoiser)(x, level, y);
  expect(strong.calls).toEqual([3, 3]);
  expect(poor.calls).toEqual([3]);
  expect(autoguidance({ scale: 1, weak })(towards)).toBe(towards);
});

test('the sampler recalls what the better model noted', () => {
  const [x, y] = [tensor(normals(key(2), 6), [3, 2]), tensor(normals(key(9), 6), [3, 2])];
  const notes: string[] = [];
  const noting =
    (as: string): Denoiser<Tensor> =>
    (...asked) => {
      asked[3]?.note('variance', tensor(0));
      notes.push(as);
      return towards(...asked);
    };
  const moment: Moment = {
    from: level,
    to: level,
    index: 0,
    count: 1,
    note: (name) => void notes.push(name),
    recall: () => undefined,
  };
  autoguidance({ scale: 2, weak: noting('weak') })(noting('strong'))(x, level, y, moment);
  expect(notes).toEqual(['variance', 'strong', 'variance, weak', 'weak']);
});
