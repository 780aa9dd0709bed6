/** Every operation with a gradient of our own, against tfjs's operations differentiated by tfjs, on cpu and on wasm. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { foldIn, key, normal, registerGradients } from '@tweedie/core';
import { describe, expect, it } from 'vitest';
import { affine, averagePool, convolve, depthToSpace, groupNorm, silu, spaceToDepth, upsampleNearest } from './index.js';

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;
interface Case {
  readonly ours: Operation;
  readonly plain: Operation;
  readonly shapes: readonly (readonly number[])[];
  /** Mean of the first input, default 0. */
  readonly centre?: number;
}

const at = <T>(list: readonly T[], i: number): T => list[i] as T;

function plainGroupNorm(groups: number, x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor {
  const [batch = 1, channels = 1] = [x.shape[0], x.shape.at(-1)];
  const grouped = tf.reshape(x, [batch, -1, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(tf.reshape(normal, x.shape), scale), shift);
}

function plainConvolve(stride: number, pad: number, x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad), bias);
}

function plainUpsample(x: tf.Tensor): tf.Tensor {
  const twice = (length: number) =>
    tf.tensor1d(
      Array.from({ length: 2 * length }, (_, i) => i >> 1),
      'int32',
    );
  return tf.gather(tf.gather(x, twice(at(x.shape, 1)), 1), twice(at(x.shape, 2)), 2);
}

function plainSpaceToDepth(patch: number, x: tf.Tensor): tf.Tensor {
  const every = (first: number, length: number) => tf.range(first, length, patch, 'int32');
  const corners = Array.from({ length: patch * patch }, (_, k) => [Math.floor(k / patch), k % patch] as const);
  return tf.concat(
    corners.map(([i, j]) => tf.gather(tf.gather(x, every(i, at(x.shape, 1)), 1), every(j, at(x.shape, 2)), 2)),
    3,
  );
}

const cases: Record<string, Case> = {
  silu: { ours: silu, plain: (x) => tf.mul(x, tf.sigmoid(x)), shapes: [[3, 5, 7]] },
  'groupNorm on images': {
    ours: (x, a, b) => groupNorm(x, a, b, { groups: 4 }),
    plain: (x, a, b) => plainGroupNorm(4, x, a, b),
    shapes: [[3, 4, 5, 8], [8], [8]],
  },
  'groupNorm and silu': {
    ours: (x, a, b) => groupNorm(x, a, b, { groups: 2, activation: 'silu' }),
    plain: (x, a, b) => {
      const z = plainGroupNorm(2, x, a, b);
      return tf.mul(z, tf.sigmoid(z));
    },
    shapes: [[2, 6, 6, 32], [32], [32]],
  },
  'groupNorm of channels off centre': {
    centre: 20,
    ours: (x, a, b) => groupNorm(x, a, b, { groups: 8, activation: 'silu' }),
    plain: (x, a, b) => {
      const z = plainGroupNorm(8, x, a, b);
      return tf.mul(z, tf.sigmoid(z));
    },
    shapes: [[2, 5, 3, 24], [24], [24]],
  },
  'groupNorm with a scale and shift for each sample': {
    ours: (x, a, b) => groupNorm(x, a, b, { groups: 4, activation: 'silu' }),
    plain: (x, a, b) => {
      const z = plainGroupNorm(4, x, tf.reshape(a, [3, 1, 1, 20]), tf.reshape(b, [3, 1, 1, 20]));
      return tf.mul(z, tf.sigmoid(z));
    },
    shapes: [
      [3, 4, 5, 20],
      [3, 20],
      [3, 20],
    ],
  },
  'groupNorm on vectors': {
    ours: (x, a, b) => groupNorm(x, a, b, { groups: 3 }),
    plain: (x, a, b) => plainGroupNorm(3, x, a, b),
    shapes: [[4, 12], [12], [12]],
  },
  'affine on rows': { ours: affine, plain: (x, w, b) => tf.add(tf.matMul(x, w), b), shapes: [[9, 5], [5, 6], [6]] },
  'affine on pixels': {
    ours: affine,
    plain: (x, w, b) => tf.add(tf.reshape(tf.matMul(tf.reshape(x, [-1, 8]), w), [2, 3, 4, 16]), b),
    shapes: [[2, 3, 4, 8], [8, 16], [16]],
  },
  'convolve 3×3': {
    ours: (x, f, b) => convolve(x, f, b),
    plain: (x, f, b) => plainConvolve(1, 1, x, f, b),
    shapes: [[3, 6, 5, 4], [3, 3, 4, 8], [8]],
  },
  'convolve 3×3 with stride 2, even and odd lengths': {
    ours: (x, f, b) => convolve(x, f, b, 2),
    plain: (x, f, b) => plainConvolve(2, 1, x, f, b),
    shapes: [[2, 8, 7, 8], [3, 3, 8, 4], [4]],
  },
  'convolve 1×1': {
    ours: (x, f, b) => convolve(x, f, b),
    plain: (x, f, b) => plainConvolve(1, 0, x, f, b),
    shapes: [[2, 4, 4, 8], [1, 1, 8, 6], [6]],
  },
  'convolve 5×5 of one channel': {
    ours: (x, f, b) => convolve(x, f, b),
    plain: (x, f, b) => plainConvolve(1, 2, x, f, b),
    shapes: [[2, 7, 6, 1], [5, 5, 1, 3], [3]],
  },
  averagePool: {
    ours: averagePool,
    plain: (x) => tf.mean(tf.reshape(tf.transpose(tf.reshape(x, [3, 2, 2, 4, 10]), [0, 1, 3, 2, 4]), [3, 2, 4, 4, 5]), 3),
    shapes: [[3, 4, 8, 5]],
  },
  upsampleNearest: { ours: upsampleNearest, plain: plainUpsample, shapes: [[3, 2, 4, 5]] },
  spaceToDepth: { ours: (x) => spaceToDepth(x, 2), plain: (x) => plainSpaceToDepth(2, x), shapes: [[2, 4, 6, 3]] },
};

/** Value and gradients of `f` at the case's seeded inputs, in the direction of a seeded `dy`. */
function evaluated(f: Operation, { shapes, centre = 0 }: Case): Float32Array[] {
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tf.add(normal(foldIn(key(7), i), shape), i === 0 ? centre : 0));
    const value = f(...inputs);
    const dy = normal(key(8), value.shape);
    return [value, ...tf.grads(f)(inputs, dy)].map((tensor) => Float32Array.from(tensor.dataSync()));
  });
}

/** The largest difference, relative to the largest expected element where that is above 1. */
function difference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)))) / scale;
}

describe.each(Object.entries(cases))('%s', (_, testCase) => {
  const { ours, plain, shapes } = testCase;
  it('is what tfjs differentiates, value and gradients', async () => {
    registerGradients();
    await tf.setBackend('cpu');
    const [actual, expected] = [evaluated(ours, testCase), evaluated(plain, testCase)];
    for (const [i, values] of actual.entries()) expect(difference(values, at(expected, i))).toBeLessThan(1e-5);
  });

  it('is the same on wasm', async () => {
    registerGradients();
    await tf.setBackend('cpu');
    const expected = evaluated(plain, testCase);
    await wasm().load();
    for (const [i, values] of evaluated(ours, testCase).entries()) expect(difference(values, at(expected, i))).toBeLessThan(2e-5);
  });

  it('leaves one tensor', async () => {
    await tf.setBackend('cpu');
    const inputs = shapes.map((shape) => tf.ones([...shape]));
    const before = tf.memory().numTensors;
    const value = ours(...inputs);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([value, inputs]);
  });
});

it('turns depth to space by undoing space to depth', async () => {
  await tf.setBackend('cpu');
  const x = normal(key(1), [2, 6, 9, 2]);
  expect(depthToSpace(spaceToDepth(x, 3), 3).dataSync()).toEqual(x.dataSync());
});

it('runs the kernels that the wasm backend has', async () => {
  await wasm().load();
  const x = tf.ones([1, 2, 2, 8]);
  const { kernelNames } = await tf.profile(() => upsampleNearest(silu(groupNorm(x, tf.ones([8]), tf.zeros([8])))));
  expect(kernelNames).toEqual(expect.arrayContaining(['GroupNorm', 'SiLU', 'UpsampleNearest2x']));
});

it.each([
  ['groups-do-not-divide', () => groupNorm(tf.ones([1, 4]), tf.ones([4]), tf.zeros([4]), { groups: 3 })],
  ['not-an-image-batch', () => upsampleNearest(tf.ones([2, 2]))],
  ['patch-does-not-divide', () => spaceToDepth(tf.ones([1, 4, 5, 1]), 2)],
  ['patch-does-not-divide', () => depthToSpace(tf.ones([1, 4, 4, 6]), 2)],
])('refuses by name: %s', (code, run) => {
  expect(run).toThrow(expect.objectContaining({ code }));
});
