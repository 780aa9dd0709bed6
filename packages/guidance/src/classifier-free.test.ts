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
  sub,
  type Tensor,
  tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { type Denoiser, key, type Moment, normals } from '@tweedie/core';
import { gaussianMixture } from '@tweedie/data';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { beforeAll, expect, test } from 'vitest';
import { classifierFree } from './classifier-free.js';

beforeAll(() => setBackend('cpu'));

const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);
const values = normals(key(2), 6);

/** A denoiser that shrinks towards the condition, by an amount that depends on x: nothing linear. */
const towards: Denoiser<Tensor> = (x, { sigma }, y) => tidy(() => add(mul(sigma, mul(x, mul(x, y))), y));

describeGuidance<Tensor>('classifierFree', {
  off: () => classifierFree({ scale: 1, without: tensor([[0.3, -0.2]]) }),
  on: () => classifierFree({ scale: 2.5, without: tensor([[0.3, -0.2]]) }),
  denoiser: towards,
  condition: (batch) => tensor(normals(key(9), 2 * batch), [batch, 2]),
  plain: (condition) => condition,
  release: (condition) => condition.dispose(),
});

test.each([-1, 0, 0.5, 1, 3])('scale %d equals two separate evaluations, and one call makes both', (scale) => {
  const [x, y, none] = [tensor(values, [3, 2]), tensor(normals(key(9), 6), [3, 2]), tensor([[0.3, -0.2]])];
  let calls = 0;
  const counted: Denoiser<Tensor> = (...given) => {
    calls++;
    return towards(...given);
  };
  const before = memory().numTensors;
  const guided = classifierFree({ scale, without: none })(counted)(x, level, y);
  expect(memory().numTensors).toBe(before + 1);
  expect(calls).toBe(1);
  const separate = tidy(() => {
    const free = towards(x, level, concat([none, none, none]));
    return add(free, mul(scale, sub(towards(x, level, y), free)));
  });
  guided.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(separate.dataSync()[i] ?? Number.NaN, 5));
  expect(none.isDisposed).toBe(false);
  for (const each of [x, y, none, guided, separate]) each.dispose();
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

test('a note is that of the conditional half, and the denoiser recalls both', () => {
  const [x, y, none] = [tensor(values, [3, 2]), tensor(normals(key(9), 6), [3, 2]), tensor([[0.3, -0.2]])];
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
  const guided = tidy(() => classifierFree({ scale: 3, without: none })(telling)(x, level, y, moment));
  expect([...(notes.get('condition')?.dataSync() ?? [])]).toEqual([...y.dataSync()]);
  expect(recalled).toEqual([[...y.dataSync(), ...concat([none, none, none]).dataSync()]]);
  expect(guided.shape).toEqual([3, 2]);
  for (const each of [guided, ...notes.values()]) each.dispose();
  expect(memory().numTensors).toBe(before + 1); // the one joined for the comparison
});

test('what cannot be guided is refused by name', () => {
  expect(() => classifierFree({ scale: Number.NaN, without: tensor([0]) })).toThrow(
    expect.objectContaining({ code: 'scale-not-finite' }),
  );
  const x = tensor(values, [3, 2]);
  const labels = tensor1d([1, 2, 3], 'int32');
  const mismatch = expect.objectContaining({ code: 'condition-mismatch' });
  expect(() => classifierFree({ scale: 2, without: tensor([0]) })(towards)(x, level, labels)).toThrow(mismatch);
  const { label } = { label: labels };
  expect(() =>
    classifierFree<Record<string, Tensor>>({ scale: 2, without: { other: label } })(() => x)(x, level, { label }),
  ).toThrow(mismatch);
});
