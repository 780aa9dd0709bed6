import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { foldIn, key, normal, registerGradients } from '@tweedie/core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  attention,
  classEmbedding,
  classMap,
  conv2d,
  downsample,
  linear,
  residualBlock,
  type Scope,
  scope,
  upsample,
} from './index.js';

beforeEach(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

/** A scope whose parameters are all drawn at random, so that nothing is hidden by an output that starts at zero. */
function random(): Scope {
  const inner = scope(key(5));
  const wrap = (at: Scope): Scope => ({
    parameters: inner.parameters,
    child: (name) => wrap(at.child(name)),
    parameter(name, shape, initial) {
      const created = at.parameter(name, shape, initial);
      tf.tidy(() => created.assign(tf.add(created, tf.mul(normal(foldIn(key(6), inner.parameters.size), shape), 0.3))));
      return created;
    },
  });
  return wrap(inner);
}

const labels = [2, 0, 1];

/** Each layer as a function of one input, with the shapes that go in and come out. */
const layers: Record<string, readonly [make: (at: Scope) => (x: tf.Tensor) => tf.Tensor, shape: number[], result: number[]]> = {
  linear: [(at) => linear(at, 4, 3), [2, 5, 4], [2, 5, 3]],
  conv2d: [(at) => conv2d(at, 4, 8), [2, 5, 4, 4], [2, 5, 4, 8]],
  downsample: [(at) => downsample(at, 4), [2, 6, 5, 4], [2, 3, 3, 4]],
  upsample: [(at) => upsample(at, 4, 2), [2, 2, 3, 4], [2, 4, 6, 2]],
  attention: [(at) => attention(at, 8, { groups: 4 }), [2, 3, 2, 8], [2, 3, 2, 8]],
  'attention with heads': [(at) => attention(at, 8, { heads: 4 }), [2, 3, 2, 8], [2, 3, 2, 8]],
  'residual block': [
    (at) => {
      const block = residualBlock(at, { inputs: 8, outputs: 16, embedding: 4 });
      return (x) => block(x, tf.slice(tf.reshape(x, [2, -1]), [0, 0], [2, 4]));
    },
    [2, 3, 4, 8],
    [2, 3, 4, 16],
  ],
  'residual block with scale and shift': [
    (at) => {
      const block = residualBlock(at, { inputs: 8, outputs: 8, embedding: 4, groups: 4, modulation: 'scale-shift' });
      return (x) => block(x, tf.slice(tf.reshape(x, [2, -1]), [0, 0], [2, 4]));
    },
    [2, 3, 4, 8],
    [2, 3, 4, 8],
  ],
  'class embedding': [
    (at) => {
      const table = classEmbedding(at, 4, 5);
      return (x) => tf.mul(x, table(tf.tensor1d(labels, 'int32')));
    },
    [3, 5],
    [3, 5],
  ],
  'class map': [
    (at) => {
      const map = classMap(at, 4, [2, 2, 3]);
      return (x) => tf.sin(map(x, tf.tensor1d(labels, 'int32')));
    },
    [3, 2, 2, 3],
    [3, 2, 2, 3],
  ],
};

describe.each(Object.entries(layers))('%s', (_, [make, shape, result]) => {
  /** `⟨weights, layer(x)⟩` in float64, and its gradients by the input and every parameter, one array. */
  function project(): { value: (step: number) => number; slope: number; gradients: number[] } {
    const at = random();
    const layer = make(at);
    const [x, along] = [normal(key(1), shape), normal(key(2), shape)];
    const weights = normal(key(3), result);
    const projected = weights.dataSync();
    const parameters = [...at.parameters.values()];
    const moved = parameters.map((parameter, i) => ({
      parameter,
      start: tf.clone(parameter),
      along: normal(foldIn(key(4), i), parameter.shape),
    }));
    const value = (step: number): number =>
      tf.tidy(() => {
        for (const { parameter, start, along } of moved) parameter.assign(tf.add(start, tf.mul(along, step)));
        const y = layer(tf.add(x, tf.mul(along, step)));
        expect(y.shape).toEqual(result);
        const sum = [...y.dataSync()].reduce((total, element, i) => total + element * (projected[i] ?? Number.NaN), 0);
        for (const { parameter, start } of moved) parameter.assign(start);
        return sum;
      });
    const loss = (): tf.Scalar => tf.sum(tf.mul(layer(input), weights));
    const input = tf.variable(x);
    const { grads } = tf.variableGrads(loss, [input, ...parameters]);
    const gradients = [input, ...parameters].map(({ name }) => [...(grads[name]?.dataSync() ?? [])]);
    const directions = [along, ...moved.map(({ along }) => along)].map((direction) => direction.dataSync());
    const slope = gradients
      .flatMap((part, i) => part.map((g, j) => g * (directions[i]?.[j] ?? Number.NaN)))
      .reduce((a, b) => a + b, 0);
    return { value, slope, gradients: gradients.flat() };
  }

  it('has the gradient that finite differences show, by input and parameters', () => {
    const { value, slope } = project();
    const difference = (h: number) => (value(h) - value(-h)) / (2 * h);
    const h = 0.02;
    const richardson = (4 * difference(h) - difference(2 * h)) / 3;
    expect(Math.abs(richardson - slope)).toBeLessThan(2e-3 * Math.max(1, Math.abs(slope)));
  });

  it('is the same on wasm', async () => {
    const here = project();
    const expected = [here.value(0), ...here.gradients];
    await wasm().load();
    const there = project();
    for (const [i, actual] of [there.value(0), ...there.gradients].entries())
      expect(Math.abs(actual - (expected[i] ?? Number.NaN))).toBeLessThan(1e-4 * Math.max(1, Math.abs(actual)));
  });

  it('does not leak', () => {
    const layer = make(random());
    const x = normal(key(1), shape);
    const before = tf.memory().numTensors;
    tf.dispose(tf.tidy(() => layer(x)));
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('attends without regard to the order of pixels', () => {
  const layer = attention(random(), 8, { heads: 2 });
  const x = normal(key(1), [1, 2, 3, 8]);
  const turn = (image: tf.Tensor) => tf.reverse(image, [1, 2]);
  const [one, other] = [turn(layer(x)).dataSync(), layer(turn(x)).dataSync()];
  for (const [i, value] of one.entries()) expect(other[i]).toBeCloseTo(value, 5);
});

it('averages the values where all scores are equal', () => {
  // with weight zero, q and k are constant and v is its bias: attention adds out(bias) to every pixel
  const at = scope(key(0));
  const layer = attention(at, 2, { groups: 1 });
  at.parameters.get('qkv.weight')?.assign(tf.zeros([2, 6]));
  at.parameters.get('qkv.bias')?.assign(tf.tensor1d([1, 2, 3, 4, 10, 20]));
  at.parameters.get('out.weight')?.assign(
    tf.tensor2d([
      [1, 0],
      [0, 1],
    ]),
  );
  expect([...layer(tf.zeros([1, 2, 2, 2])).dataSync()]).toEqual([10, 20, 10, 20, 10, 20, 10, 20]);
});

it('starts blocks and attention as the identity', () => {
  const x = normal(key(1), [2, 4, 4, 8]);
  for (const modulation of ['shift', 'scale-shift'] as const) {
    const block = residualBlock(scope(key(0)), { inputs: 8, outputs: 8, embedding: 3, modulation });
    expect(block(x, tf.ones([2, 3])).dataSync()).toEqual(x.dataSync());
  }
  expect(attention(scope(key(0)), 8)(x).dataSync()).toEqual(x.dataSync());
});

it('looks classes up, and gives zeros for none of them', () => {
  const at = scope(key(0));
  const table = classEmbedding(at, 3, 2);
  at.parameters.get('weight')?.assign(
    tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  );
  expect([...table(tf.tensor1d([2, 0, 7], 'int32')).dataSync()]).toEqual([5, 6, 1, 2, 0, 0]);
});

it('refuses heads that do not divide the channels', () => {
  expect(() => attention(scope(key(0)), 8, { heads: 3 })).toThrow(expect.objectContaining({ code: 'heads-do-not-divide' }));
});
