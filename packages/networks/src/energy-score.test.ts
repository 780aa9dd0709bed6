import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal, registerGradients } from '@tweedie/core';
import { gaussianMixture } from '@tweedie/data';
import { beforeAll, expect, it } from 'vitest';
import { energyScore, mlp } from './index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

it('is the score of a mixture whose energy is −ln Σ wₖ N(x; μₖ, vₖ)', () => {
  const [means, variances, weights] = [
    [
      [-1, 0.5],
      [1.2, -0.3],
    ],
    [0.4, 0.9],
    [0.7, 0.3],
  ];
  const energy: Network = {
    parameters: new Map(),
    apply: (x) => {
      const logits = means.map((mean, k) => {
        const [variance = 1, weight = 1] = [variances[k], weights[k]];
        const distance = tf.sum(tf.square(tf.sub(x, mean)), 1);
        return tf.sub(Math.log(weight / variance), tf.div(distance, 2 * variance));
      });
      return tf.neg(tf.logSumExp(tf.stack(logits, 1), 1));
    },
  };
  const mixture = gaussianMixture({ means, covariances: variances, weights });
  const points = [
    [0, 0],
    [-1.3, 2],
    [0.4, -0.7],
    [3, 1],
  ];
  const x = tf.tensor2d(points);
  const noise = tf.zeros([4]) as tf.Tensor1D;
  const before = tf.memory().numTensors;
  const score = energyScore(energy).apply(x, noise, undefined);
  expect(tf.memory().numTensors).toBe(before + 1);
  points
    .flatMap((point) => mixture.score(point))
    .forEach((value, i) => {
      expect(score.dataSync()[i]).toBeCloseTo(value, 5);
    });
});

it('is a conservative field: its Jacobian is symmetric', () => {
  const inner = mlp({ key: key(0), width: 16, layers: 2, embedding: 8 });
  const network = energyScore({ parameters: inner.parameters, apply: (x, noise) => tf.sum(inner.apply(x, noise, undefined), 1) });
  const x = normal(key(1), [5, 2]);
  const noise = tf.fill([5], 0.3) as tf.Tensor1D;
  const row = (i: number) =>
    tf
      .grad((at) => tf.sum(tf.slice(network.apply(at, noise, undefined), [0, i], [-1, 1])))(x)
      .arraySync() as number[][];
  const [first, second] = [row(0), row(1)];
  first.forEach((jacobian, n) => {
    expect(Math.abs(jacobian[1] ?? 0)).toBeGreaterThan(1e-4);
    expect(jacobian[1]).toBeCloseTo(second[n]?.[0] ?? Number.NaN, 5);
  });
});
