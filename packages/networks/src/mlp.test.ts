import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import { beforeAll, expect, it } from 'vitest';
import { mlp } from './mlp.js';

beforeAll(() => tf.setBackend('cpu'));

/** PyTorch 1.13 in float64, with weights `0.5·sin(k + 0.7·i)`: parameter `k` in order of name, element `i` in PyTorch's layout. */
const torch = [-0.0578841, 0.1164874, 0.01048646, -0.2048746, -0.06284659, -0.07985928];

it('has the reference number of parameters', () => {
  expect([...mlp({ key: key(0) }).parameters.values()].reduce((sum, { size }) => sum + size, 0)).toBe(37_762);
});

it('has the output of PyTorch', () => {
  const network = mlp({ key: key(0), width: 8, layers: 2 });
  [...network.parameters.keys()].sort().forEach((name, k) => {
    const parameter = network.parameters.get(name);
    if (parameter === undefined) return;
    const values = Float32Array.from({ length: parameter.size }, (_, i) => 0.5 * Math.sin(k + 0.7 * i));
    const [inputs = 1, outputs] = parameter.shape;
    parameter.assign(outputs === undefined ? tf.tensor(values) : tf.transpose(tf.tensor(values, [outputs, inputs])));
  });
  const before = tf.memory().numTensors;
  const [x, noise] = [
    tf.tensor2d([
      [0.5, -1],
      [2, 0.25],
      [0, 0],
    ]),
    tf.tensor1d([0.02, 0.5, 0.9]),
  ];
  const output = network.apply(x, noise, undefined);
  expect(tf.memory().numTensors).toBe(before + 3);
  output.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(torch[i] ?? Number.NaN, 4);
  });
});

it('gives the same network for the same key', () => {
  const first = (seed: number) =>
    mlp({ key: key(seed) })
      .parameters.get('hidden.0.weight')
      ?.dataSync();
  expect(first(3)).toEqual(first(3));
  expect(first(3)).not.toEqual(first(4));
});

it('refuses sizes that are none', () => {
  expect(() => mlp({ key: key(0), layers: 1.5 })).toThrow(expect.objectContaining({ code: 'size-not-positive' }));
});
