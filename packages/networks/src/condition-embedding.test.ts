import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal, registerGradients } from '@tweedie/core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type AnyCondition, type CompactUNetOptions, compactUnet, type LabelAndVector, mlp, unet } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

const sizes = { widths: [4, 8], groups: 4, embedding: 8 };
const noise = tf.tensor1d([0.2, 0.9]);
const vector = tf.tensor2d([
  [1, -1, 0.5],
  [2, 0.3, 0],
]);
const label = tf.tensor1d([0, 1], 'int32');

type Given = { readonly classes?: number; readonly vector?: number };
const makers: readonly (readonly [string, (given: Given) => Network<AnyCondition>, number[]])[] = [
  ['mlp', (given) => mlp({ key: key(0), width: 16, ...given }), [2, 2]],
  ['unet', (given) => unet({ key: key(0), ...sizes, ...given }), [2, 4, 4, 1]],
  ['compactUnet', (given) => compactUnet({ key: key(0), image: [4, 4, 1], ...sizes, ...given }), [2, 4, 4, 1]],
];

describe.each(makers)('a condition of %s', (_, make, shape) => {
  const x = normal(key(1), shape);
  const applied = (network: Network<AnyCondition>) => {
    for (const [i, parameter] of [...network.parameters.values()].entries())
      tf.tidy(() => parameter.assign(tf.add(parameter, tf.mul(normal(key(i), parameter.shape), 0.3))));
    return (condition: AnyCondition) => [...network.apply(x, noise, condition).dataSync()];
  };
  const half = (values: readonly number[], i: 0 | 1) => values.slice((i * values.length) / 2, ((i + 1) * values.length) / 2);

  it('is a vector, heard by each sample for itself, of which zeros or nothing mean "none"', () => {
    const of = applied(make({ vector: 3 }));
    const other = tf.concat([tf.slice(vector, 0, 1), tf.mul(tf.slice(vector, 1, 1), 2)]);
    expect(half(of(other), 0)).toEqual(half(of(vector), 0));
    expect(half(of(other), 1)).not.toEqual(half(of(vector), 1));
    expect(of(undefined)).toEqual(of(tf.zeros([2, 3])));
    expect(of(undefined)).not.toEqual(of(vector));
    expect(of({ vector })).toEqual(of(vector));
  });

  it('is a label, of which the number of classes or nothing means "none"', () => {
    const of = applied(make({ classes: 2 }));
    expect(of(undefined)).toEqual(of(tf.tensor1d([2, 2], 'int32')));
    expect(of(label)).not.toEqual(of(undefined));
    expect(of({ label })).toEqual(of(label));
  });

  it('is both, each heard and each left out by itself', () => {
    const of = applied(make({ classes: 2, vector: 3 }));
    const [none, zero] = [tf.tensor1d([2, 2], 'int32'), tf.zeros([2, 3])];
    expect(of({ label, vector: zero })).toEqual(of({ label }));
    expect(of({ label: none, vector })).toEqual(of({ vector }));
    expect(of(undefined)).toEqual(of({ label: none, vector: zero }));
    const all = [{ label, vector }, { label }, { vector }, undefined].map((condition) => of(condition).join());
    expect(new Set(all).size).toBe(4);
  });

  it('has gradients in all of its parameters, leaks nothing, and leaves all other names and first values as they were', () => {
    const plain = make({});
    const network = make({ classes: 2, vector: 3 });
    const told = [...network.parameters.keys()].filter((name) => !plain.parameters.has(name));
    expect(told.filter((name) => !name.startsWith('class_map'))).toEqual(['class.weight', 'vector.weight', 'vector.bias']);
    for (const [name, parameter] of plain.parameters) {
      const same = network.parameters.get(name);
      if (!name.startsWith('hidden.0')) expect(same?.dataSync(), name).toEqual(parameter.dataSync());
    }
    applied(network);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const loss = (): tf.Scalar => tf.sum(tf.square(network.apply(x, noise, { label, vector })));
      const { grads } = tf.variableGrads(loss, [...network.parameters.values()]);
      for (const name of told) {
        const gradient = grads[network.parameters.get(name)?.name ?? '']?.dataSync() ?? [];
        expect(Math.max(...gradient.map(Math.abs)), name).toBeGreaterThan(0);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['classes-negative', { classes: -1 }],
    ['vector-negative', { vector: 1.5 }],
  ])('refuses %s', (code, bad) => {
    expect(() => make(bad)).toThrow(expect.objectContaining({ name: 'RangeError', code }));
  });
});

it('is in the types as the options say', () => {
  const tiny = { key: key(0), width: 4, layers: 1 };
  expectTypeOf(mlp(tiny)).toEqualTypeOf<Network>();
  expectTypeOf(mlp({ ...tiny, classes: 0, vector: 0 })).toEqualTypeOf<Network>();
  expectTypeOf(mlp({ ...tiny, classes: 3 })).toEqualTypeOf<Network<tf.Tensor>>();
  expectTypeOf(mlp({ ...tiny, vector: 3 })).toEqualTypeOf<Network<tf.Tensor>>();
  expectTypeOf(mlp({ ...tiny, classes: 3, vector: 2 })).toEqualTypeOf<Network<LabelAndVector>>();
  const counted: number = 3;
  expectTypeOf(mlp({ ...tiny, classes: counted })).toEqualTypeOf<Network<tf.Tensor>>();
  const any = (options: CompactUNetOptions) => compactUnet({ ...options, key: key(0) });
  expectTypeOf(any).returns.toEqualTypeOf<Network<tf.Tensor | LabelAndVector | undefined>>();
});
