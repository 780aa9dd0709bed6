/** Every objective with a network that has dropout: masks are drawn in `prepare`, and `evaluate` is pure. */
import '@tensorflow/tfjs-backend-cpu';
import { MessageChannel } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, key, type Network, normal, type Objective, registerGradients, tensorsIn } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { epsilon, v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { eager, remote, serveGradients, sharded } from '@tweedie/training';
import { beforeAll, describe, expect, it } from 'vitest';
import * as losses from './index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));
const diffused = { process, parameterization: v() };
const chain = { process, parameterization: epsilon(), steps: 9 };

type Masked = { readonly masks?: readonly tf.Tensor[] };
type Trained = Objective<{ readonly x: tf.Tensor }, Masked>;
const objectives: Readonly<Record<string, (network: (outputs: number) => Network) => Trained>> = {
  diffusionLoss: (network) => losses.diffusionLoss({ ...diffused, network: network(2) }),
  flowMatching: (network) => losses.flowMatching({ network: network(2) }),
  discreteElbo: (network) => losses.discreteElbo({ ...chain, network: network(2) }),
  consistencyElbo: (network) => losses.consistencyElbo({ ...chain, network: network(2) }),
  learnedVarianceLoss: (network) => losses.learnedVarianceLoss({ ...chain, network: network(4) }),
  variationalBound: (network) => losses.variationalBound({ ...diffused, network: network(2), decoder: losses.softmaxGaussian() }),
  denoisingScoreMatching: (network) => losses.denoisingScoreMatching({ ...diffused, network: network(2) }),
  explicitScoreMatching: (network) => losses.explicitScoreMatching({ network: network(2), score: (x) => x.map((each) => -each) }),
  implicitScoreMatching: (network) => losses.implicitScoreMatching({ network: network(2) }),
  slicedScoreMatching: (network) => losses.slicedScoreMatching({ diffused, network: network(2) }),
};

const made = (dropout: number) => (outputs: number) => mlp({ key: key(0), width: 8, layers: 2, outputs, dropout });
const batch = () => ({ x: tf.tidy(() => tf.mul(normal(key(3), [6, 2]), 0.5)) });
const numbers = (tree: unknown) => tensorsIn(tree).map((tensor) => [...tensor.dataSync()]);

describe.each(Object.entries(objectives))('%s', (_, objectiveOf) => {
  it('draws masks besides, and nothing else otherwise', async () => {
    const [without, inputs] = await Promise.all([0, 0.5].map((p) => objectiveOf(made(p)).prepare(batch(), key(7))));
    const { masks, ...rest } = inputs ?? {};
    expect(without).not.toHaveProperty('masks');
    expect(masks?.map(({ shape }) => shape)).toEqual([
      [6, 8],
      [6, 8],
    ]);
    expect(numbers(rest)).toEqual(numbers(without));
  });

  it('hands the masks to the network, and leaks nothing', async () => {
    const before = tf.memory().numTensors;
    const own: Network[] = [];
    const kept = (network: Network): Network => {
      own.push(network);
      return network;
    };
    const data = batch();
    const objective = objectiveOf((outputs) => kept(made(0.5)(outputs)));
    const inputs = await objective.prepare(data, key(7));
    const loss = ({ evaluate }: Trained): number => tf.tidy(() => evaluate(inputs).loss.dataSync()[0] ?? Number.NaN);
    // the same network, with the masks built in
    const built = objectiveOf(() => {
      const [{ parameters, apply } = made(0)(2)] = own;
      return { parameters, apply: (x, noise) => apply(x, noise, undefined, inputs.masks) };
    });
    expect(loss(objective)).toBe(loss(built));
    expect(loss(objective)).toBe(loss(objective));
    const other = await objective.prepare(data, key(8));
    expect(numbers(other.masks)).not.toEqual(numbers(inputs.masks));
    disposeAll(inputs, other, data, ...own.map(({ parameters }) => [...parameters.values()]));
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('is the same cut into shards, of which another thread may have one', async () => {
  const objective = losses.diffusionLoss({ ...diffused, network: made(0.5)(2) });
  const inputs = await objective.prepare(batch(), key(7));
  const { port1, port2 } = new MessageChannel();
  serveGradients(port2, losses.diffusionLoss({ ...diffused, network: made(0.5)(2) }));
  try {
    const [whole, cut] = await Promise.all([eager, sharded([eager, remote(port1)])].map((way) => way(objective)(inputs)));
    for (const [name, gradient] of Object.entries(whole?.gradients ?? {}))
      cut?.gradients[name]?.dataSync().forEach((value, i) => {
        expect(value).toBeCloseTo(gradient.dataSync()[i] ?? Number.NaN, 5);
      });
    expect(cut?.loss.dataSync()[0]).toBeCloseTo(whole?.loss.dataSync()[0] ?? Number.NaN, 5);
  } finally {
    port1.close();
    port2.close();
  }
});
