import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal } from '@tweedie/core';
import { beforeAll, expect, expectTypeOf, it } from 'vitest';
import { compactUnet, concatenated, type LabelAndVector, mlp } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const noise = tf.tensor1d([0.2, 0.9]);
const x = normal(key(1), [2, 4, 8, 1]);

/** Gives what it is given, and notes its condition. */
function echo<Condition>(): Network<Condition> & { given: unknown } {
  const network = {
    parameters: new Map(),
    given: undefined as unknown,
    apply(input: tf.Tensor, _: tf.Tensor1D, condition: Condition) {
      network.given = condition;
      return tf.clone(input);
    },
  };
  return network;
}

it('puts an image of the size of x behind its channels', () => {
  const image = normal(key(2), [2, 4, 8, 3]);
  const before = tf.memory().numTensors;
  const y = concatenated(echo()).apply(x, noise, { image });
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(y.shape).toEqual([2, 4, 8, 4]);
  const [first, rest] = tf.split(y, [1, 3], 3);
  expect(first?.dataSync()).toEqual(x.dataSync());
  expect(rest?.dataSync()).toEqual(image.dataSync());
});

it('copies the pixels of a smaller image up, and averages over them give it back', () => {
  for (const factor of [2, 4]) {
    const image = normal(key(3), [2, 4 / factor, 8 / factor, 2]);
    const y = concatenated(echo()).apply(x, noise, { image });
    const up = tf.slice(y, [0, 0, 0, 1], [-1, -1, -1, 2]) as tf.Tensor4D;
    for (const pool of [tf.maxPool, tf.avgPool])
      pool(up, factor, factor, 'valid')
        .dataSync()
        .forEach((value, i) => {
          expect(value).toBeCloseTo(image.dataSync()[i] ?? Number.NaN, 6);
        });
  }
});

it('hands on what else the condition has: nothing, one tensor by its name, or several', () => {
  const [image, label, vector] = [normal(key(2), [2, 4, 8, 1]), tf.tensor1d([1, 2], 'int32'), tf.ones([2, 3])];
  const none = echo<undefined>();
  concatenated(none).apply(x, noise, { image });
  expect(none.given).toBeUndefined();
  const one = echo<tf.Tensor>();
  concatenated(one, 'label').apply(x, noise, { image, label });
  expect(one.given).toBe(label);
  const both = echo<LabelAndVector>();
  concatenated(both).apply(x, noise, { image, label, vector });
  expect(both.given).toEqual({ label, vector });
});

it('tells vectors a vector, and keeps the dropout of the network', () => {
  const inner = mlp({ key: key(0), features: 2 + 3, outputs: 2, width: 8, layers: 1, dropout: 0.5 });
  const network = concatenated(inner);
  expect(network.parameters).toBe(inner.parameters);
  const points = normal(key(4), [2, 2]);
  const masks = network.masks?.([2, 2], key(5)) ?? [];
  const condition = { image: normal(key(6), [2, 3]) };
  const y = network.apply(points, noise, condition, masks);
  expect(y.shape).toEqual([2, 2]);
  expect(y.dataSync()).not.toEqual(network.apply(points, noise, condition).dataSync());
});

it.each([
  ['a third', [2, 2, 2, 1]],
  ['larger', [2, 8, 16, 1]],
  ['empty', [2, 0, 0, 1]],
  ['of another batch', [1, 4, 8, 1]],
  ['a vector', [2, 8]],
])('refuses an image that is %s', (_, shape) => {
  const apply = () => concatenated(echo()).apply(x, noise, { image: tf.zeros(shape) });
  expect(apply).toThrow(expect.objectContaining({ name: 'RangeError', code: 'image-size' }));
});

it('has the condition in its type', () => {
  const image = [4, 4, 2] as const;
  const tiny = { key: key(0), image, outputs: 1, widths: [8] };
  type Image = { readonly image: tf.Tensor };
  expectTypeOf(concatenated(compactUnet(tiny))).toEqualTypeOf<Network<Image>>();
  expectTypeOf(concatenated(compactUnet({ ...tiny, classes: 2 }), 'label')).toEqualTypeOf<
    Network<Readonly<Record<'image' | 'label', tf.Tensor>>>
  >();
  expectTypeOf(concatenated(compactUnet({ ...tiny, classes: 2, vector: 2 }))).toEqualTypeOf<Network<LabelAndVector & Image>>();
});
