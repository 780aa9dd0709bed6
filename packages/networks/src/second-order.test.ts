import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal, registerGradients } from '@tweedie/core';
import { checkCurvature } from '@tweedie/losses';
import { beforeAll, expect, it } from 'vitest';
import { compactUnet, energyScore, groupNorm, mlp, unet } from './index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const small = mlp({ key: key(0), width: 16, layers: 2, embedding: 8 });
const energy = energyScore({ parameters: small.parameters, apply: (x, noise) => tf.sum(small.apply(x, noise, undefined), 1) });
const scale = tf.variable(tf.tensor1d([1, 0.5, -1, 2]));
const shift = tf.variable(tf.tensor1d([0, 0.3, 1, -0.2]));
const before = tf.variable(tf.tensor1d([0.7, -1.1, 1.3, 0.4]));
const normalized: Network = {
  parameters: new Map([
    ['before', before],
    ['scale', scale],
    ['shift', shift],
  ]),
  apply: (x) => groupNorm(tf.mul(x, before), scale, shift, { groups: 2, activation: 'silu' }),
};

it.each<{ name: string; network: Network; shape: number[] }>([
  { name: 'a perceptron', network: small, shape: [2] },
  { name: 'the score of an energy, differentiated three times', network: energy, shape: [2] },
  { name: 'group normalisation', network: normalized, shape: [3, 4] },
  {
    name: 'the compact U-Net',
    network: compactUnet({ key: key(1), image: [8, 8, 1], widths: [8, 8], blocks: 1, groups: 4, embedding: 8 }),
    shape: [8, 8, 1],
  },
  {
    name: 'the U-Net with attention',
    network: unet({ key: key(1), channels: 1, widths: [8, 8], blocks: 1, attention: [1], groups: 4, embedding: 8 }),
    shape: [4, 4, 1],
  },
])('$name can be trained through its derivative by x', async ({ network, shape }) => {
  const noise = tf.tensor1d([0.2, 0.7]);
  const field = (x: tf.Tensor): tf.Tensor => network.apply(x, noise, undefined);
  await expect(checkCurvature(field, network.parameters, normal(key(2), [2, ...shape]), key(4))).resolves.toBeUndefined();
});
