import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, key, type Network, normals, registerGradients, uniform } from '@tweedie/core';
import { gaussianMixture } from '@tweedie/data';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { edm, v } from '@tweedie/parameterizations';
import { clamped, cosine, geometric } from '@tweedie/schedules';
import { train } from '@tweedie/training';
import { beforeAll, describe, expect, it } from 'vitest';
import { classification, fixedTime, importance, logProbability } from './index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));
const mixture = {
  weights: [0.5, 0.3, 0.2],
  means: [
    [-1, 0.5],
    [1, 0.7],
    [0.2, -1],
  ],
  covariances: [0.2, 0.3, 0.15],
} as const;
const known = gaussianMixture(mixture);

/** Points of the mixture and their components. */
function labelled(from: number, count: number): { x: tf.Tensor; condition: tf.Tensor } {
  const labels = Array.from(uniform(key(40), count, from), (u) => Number(u >= 0.5) + Number(u >= 0.8));
  const points = normals(key(41), 2 * count, 2 * from).map((z, i) => {
    const label = labels[i >> 1] ?? 0;
    return (mixture.means[label]?.[i % 2] ?? 0) + z * Math.sqrt(mixture.covariances[label] ?? 0);
  });
  return { x: tf.tensor(points, [count, 2]), condition: tf.tensor1d(labels, 'int32') };
}

/** The mean of a function of a standard normal, by the trapezoid rule. */
function expected(of: (z: number) => number): number {
  let total = 0;
  for (let z = -12; z <= 12; z += 1e-3) total += (of(z) * Math.exp((-z * z) / 2) * 1e-3) / Math.sqrt(2 * Math.PI);
  return total;
}

describe('two Gaussians on a line', () => {
  const [mean, variance] = [0.8, 0.3];
  // The network is told atan2(σ, α)·2/π, which says everything of a level that keeps the variance.
  const bayes: Network = {
    parameters: new Map(),
    apply: (x, noise) =>
      tf.tidy(() => {
        const angle = tf.mul(noise, Math.PI / 2);
        const [alpha, sigma] = [tf.cos(angle), tf.sin(angle)];
        const spread = tf.add(tf.mul(tf.square(alpha), variance), tf.square(sigma));
        const half = tf.mul(x, tf.reshape(tf.div(tf.mul(alpha, mean), spread), [-1, 1]));
        return tf.concat([tf.neg(half), half], 1);
      }),
  };
  const count = 20_000;

  it.each([0.1, 0.5, 0.8])('have the conditional entropy and the accuracy of Bayes at time %d', (t) => {
    const { alpha, sigma } = process.at(t);
    const size = (alpha * mean) / Math.sqrt(alpha ** 2 * variance + sigma ** 2);
    const entropy = (z: number) => Math.log1p(Math.exp(-2 * size * (size + z)));
    const [loss, square] = [expected(entropy), expected((z) => entropy(z) ** 2)];
    const accuracy = expected((z) => Number(z > -size));

    const objective = classification({ network: bayes, process, parameterization: v(), times: fixedTime(t) });
    const batch = {
      x: tf.tensor(
        normals(key(1), count).map((z, i) => (i % 2 === 0 ? -mean : mean) + Math.sqrt(variance) * z),
        [count, 1],
      ),
      condition: tf.tensor1d(
        Array.from({ length: count }, (_, i) => i % 2),
        'int32',
      ),
    };
    const evaluated = tf.tidy(() => {
      const inputs = objective.prepare(batch, key(2));
      if (inputs instanceof Promise) throw new Error('nothing to wait for');
      const { loss, metrics } = objective.evaluate(inputs);
      return { loss: loss.dataSync()[0] ?? 0, accuracy: metrics?.accuracy?.dataSync()[0] ?? 0 };
    });
    disposeAll(batch);
    expect(Math.abs(evaluated.loss - loss)).toBeLessThan(5 * Math.sqrt((square - loss ** 2) / count));
    expect(Math.abs(evaluated.accuracy - accuracy)).toBeLessThan(5 * Math.sqrt((accuracy * (1 - accuracy)) / count) + 1e-3);
  });
});

describe('classification', () => {
  const network = () => mlp({ key: key(0), width: 16, outputs: 3 });

  it('asks as logProbability does, whatever the scale of the input', async () => {
    const [exploding, parameterization] = [varianceExploding(geometric()), edm()];
    const judge = network();
    const objective = classification({ network: judge, process: exploding, parameterization, times: fixedTime(0.6) });
    const level = exploding.at(0.6);
    const batch = labelled(0, 5);
    const inputs = await objective.prepare(batch, key(3));
    const [losses, logs] = tf.tidy(() => {
      const noisy = tf.div(inputs.x, parameterization(level).in);
      const asked = logProbability(judge, parameterization)(noisy, level, batch.condition);
      return [objective.evaluate(inputs).perExample?.dataSync() ?? [], asked.dataSync()];
    });
    expect(logs.length).toBe(5);
    logs.forEach((value, i) => void expect(value).toBeCloseTo(-(losses[i] ?? Number.NaN), 5));
    disposeAll(batch, inputs);
  });

  it('is the logarithm of the number of classes where nothing is known, and no label is right', () => {
    const blank: Network = { parameters: new Map(), apply: ({ shape: [batch = 0] }) => tf.zeros([batch, 3]) };
    const objective = classification({ network: blank, process, parameterization: v() });
    const { x, condition } = labelled(0, 6);
    tf.tidy(() => {
      const noise = tf.zeros<tf.Rank.R1>([6]);
      const { loss, perExample, metrics } = objective.evaluate({ x, condition, noise, times: noise });
      for (const each of [loss, perExample]) each?.dataSync().forEach((nats) => void expect(nats).toBeCloseTo(Math.log(3), 6));
      expect(metrics?.accuracy?.dataSync()[0]).toBe(0);
    });
    disposeAll(x, condition);
  });

  it('is a distribution over the classes; a label that is none of them says nothing', () => {
    const level = process.at(0.4);
    const ask = logProbability(network(), v());
    tf.tidy(() => {
      const x = tf.tensor(normals(key(5), 8), [4, 2]);
      const total = [0, 1, 2].reduce(
        (sum, label) => {
          const logs = ask(x, level, tf.fill([4], label, 'int32'));
          return tf.add(sum, tf.exp(logs));
        },
        tf.zeros([4]),
      );
      total.dataSync().forEach((each) => void expect(each).toBeCloseTo(1, 5));
      const none = tf.tensor1d([3, 3, 3, 3], 'int32');
      expect([...ask(x, level, none).dataSync()].every((each) => each === 0)).toBe(true);
      const slope = tf.grad((at) => tf.sum(ask(at, level, none)))(x);
      expect([...slope.dataSync()].every((each) => each === 0)).toBe(true);
    });
  });

  it('leaves exactly its results, and the numbers of the key', async () => {
    const objective = classification({ network: network(), process, parameterization: v(), times: importance() });
    const batch = labelled(0, 6);
    const before = tf.memory().numTensors;
    const inputs = await objective.prepare(batch, key(3));
    expect(tf.memory().numTensors).toBe(before + Object.keys(inputs).length);
    for (const each of [inputs.x, inputs.noise, inputs.condition, inputs.times, inputs.importance])
      expect(each?.shape[0]).toBe(6);
    const again = await objective.prepare(batch, key(3));
    expect([...again.x.dataSync()]).toEqual([...inputs.x.dataSync()]);
    const evaluation = objective.evaluate(inputs);
    expect(tf.memory().numTensors).toBe(before + 2 * Object.keys(inputs).length + 3);
    const learned = await objective.observe?.(inputs, [...(evaluation.perExample?.dataSync() ?? [])]);
    expect(learned).toBeDefined();
    disposeAll(inputs, again, evaluation, batch);
    expect(tf.memory().numTensors).toBe(before - 2);
  });

  it('refuses what are no labels', () => {
    const objective = classification({ network: network(), process, parameterization: v() });
    const x = tf.zeros([4, 2]);
    const refused = expect.objectContaining({ code: 'labels-invalid' });
    for (const condition of [tf.tensor1d([0, 1, 2, 0]), tf.zeros([4, 1], 'int32'), tf.tensor1d([0, 1], 'int32')])
      expect(() => objective.prepare({ x, condition }, key(0))).toThrow(refused);
  });
});

it('a small network learns the posterior of the components at every noise level', async () => {
  const network = mlp({ key: key(7), width: 32, layers: 2, embedding: 16, outputs: 3, noiseScale: 10 });
  const objective = classification({ network, process, parameterization: v() });
  const size = 64;
  function* batches(from: number) {
    for (let i = from; ; i++) yield labelled(i * size, size);
  }
  const count = 500;
  const [held, noise] = [labelled(1e6, count), normals(key(9), 2 * count)];
  const labels = held.condition.dataSync();
  /** Means over all levels: Kullback–Leibler divergence from the exact posterior, and the shares of right answers. */
  const measured = () => {
    let [divergence, right, best, asked] = [0, 0, 0, 0];
    for (const t of [0.05, 0.2, 0.4, 0.6, 0.8]) {
      const level = process.at(t);
      const noisy = held.x.dataSync().map((x, i) => level.alpha * x + level.sigma * (noise[i] ?? 0));
      const logs = [0, 1, 2].map((label) =>
        tf.tidy(() =>
          logProbability(network, v())(tf.tensor(noisy, [count, 2]), level, tf.fill([count], label, 'int32')).dataSync(),
        ),
      );
      for (let i = 0; i < count; i++) {
        const exact = known.responsibilities([noisy[2 * i] ?? 0, noisy[2 * i + 1] ?? 0], level);
        const given = logs.map((each) => each[i] ?? Number.NaN);
        exact.forEach((share, k) => {
          divergence += share * (Math.log(share) - (given[k] ?? Number.NaN));
        });
        right += Number(given.indexOf(Math.max(...given)) === labels[i]);
        best += Number(exact.indexOf(Math.max(...exact)) === labels[i]);
        asked++;
      }
    }
    return { divergence: divergence / asked, right: right / asked, best: best / asked };
  };
  const before = measured();
  const steps = 200;
  for await (const _ of train({ objective, batches, steps, key: key(8), learningRate: (n) => 0.01 * (1 - n / steps) }));
  const after = measured();
  disposeAll(held);
  // measured: 0.60 before and 0.009 after, 77.9 % right where Bayes has 78.7
  expect(before.divergence).toBeGreaterThan(0.2);
  expect(after.divergence).toBeLessThan(0.03);
  expect(after.best - after.right).toBeLessThan(0.03);
});
