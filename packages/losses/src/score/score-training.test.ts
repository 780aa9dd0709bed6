import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal, type Objective, registerGradients } from '@tweedie/core';
import { gaussianMixture, pointBatches, pointTensor } from '@tweedie/data';
import { varianceExploding } from '@tweedie/forward-process';
import { score } from '@tweedie/parameterizations';
import { geometric } from '@tweedie/schedules';
import { train } from '@tweedie/training';
import { beforeAll, expect, it } from 'vitest';
import {
  type Diffused,
  denoisingScoreMatching,
  explicitScoreMatching,
  finiteDifferences,
  fixedTime,
  implicitScoreMatching,
  slicedScoreMatching,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const sigma = 0.5;
const mixture = gaussianMixture({
  means: [
    [-1, 0.5],
    [1, 0.7],
    [0.2, -1],
  ],
  covariances: [0.2, 0.3, 0.15],
  weights: [0.5, 0.3, 0.2],
});
const process = varianceExploding(geometric({ sigmaMin: 0.05, sigmaMax: 5 }));
const diffused: Diffused = { process, parameterization: score(), times: fixedTime(process.schedule.time(-2 * Math.log(sigma))) };

const width = 16;

/** `tanh(x·first + bias)·second + slope·x`. */
function perceptron(): Network {
  const start = (i: number, shape: number[], spread: number) => tf.variable(tf.mul(normal(key(i), shape), spread));
  const first = start(1, [2, width], 1);
  const bias = start(2, [width], 1);
  const second = start(3, [width, 2], 0.3);
  const slope = tf.variable(tf.scalar(0));
  return {
    parameters: new Map<string, tf.Variable>(Object.entries({ first, bias, second, slope })),
    apply: (x) => {
      const hidden = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D), bias));
      return tf.add(tf.matMul(hidden as tf.Tensor2D, second as tf.Tensor2D), tf.mul(x, slope));
    },
  };
}

/** E‖s − ∇ln p_t‖² over E‖∇ln p_t‖², at noisy points that no training saw. */
function relativeError(network: Network): number {
  const count = 2000;
  const x = tf.add(pointTensor(mixture, key(90), count), tf.mul(normal(key(91), [count, 2]), sigma));
  const points = x.arraySync() as number[][];
  const exact = tf.tensor2d(points.map((point) => [...mixture.score(point, { alpha: 1, sigma })]));
  const { noise } = score()(process.at(diffused.times?.draw(key(0), 1).times[0] ?? 0));
  const predicted = network.apply(x, tf.fill([count], noise) as tf.Tensor1D, undefined);
  return (
    (tf.sum(tf.squaredDifference(predicted, exact)).dataSync()[0] ?? Number.NaN) / (tf.sum(tf.square(exact)).dataSync()[0] ?? 0)
  );
}

/** The relative error of the score after training. */
async function trained<Inputs>(make: (network: Network) => Objective<{ readonly x: tf.Tensor }, Inputs>): Promise<number> {
  const network = perceptron();
  const untrained = relativeError(network);
  expect(untrained).toBeGreaterThan(0.5);
  const steps = 200;
  const run = train({
    objective: make(network),
    *batches() {
      for (const x of pointBatches(mixture, { size: 128, key: key(2) })) yield { x };
    },
    steps,
    key: key(3),
    learningRate: (done) => 0.03 * (1 - done / steps),
    logEvery: steps,
  });
  for await (const _ of run);
  return relativeError(network);
}

it.each<{ name: string; run: () => Promise<number> }>([
  { name: 'explicit', run: () => trained((network) => explicitScoreMatching({ network, diffused, score: mixture.score })) },
  { name: 'implicit', run: () => trained((network) => implicitScoreMatching({ network, diffused })) },
  { name: 'sliced', run: () => trained((network) => slicedScoreMatching({ network, diffused })) },
  {
    name: 'sliced, by differences',
    run: () => trained((network) => slicedScoreMatching({ network, diffused, curvature: finiteDifferences() })),
  },
  { name: 'denoising', run: () => trained((network) => denoisingScoreMatching({ network, ...diffused })) },
])('$name score matching finds the score of the smoothed mixture', async ({ run }) => {
  expect(await run()).toBeLessThan(0.05);
});
