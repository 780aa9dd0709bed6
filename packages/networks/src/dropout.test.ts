import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal, registerGradients } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compactUnet, dropout, energyScore, linear, mlp, residualBlock, scope, unet } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

const small = { key: key(0), widths: [8, 16], groups: 4, embedding: 16, dropout: 0.25 };
const networks: readonly (readonly [name: string, network: Network, shape: number[], places: readonly number[][]])[] = [
  ['mlp', mlp({ key: key(0), width: 8, layers: 2, dropout: 0.25 }), [3, 2], [[8], [8]]],
  ['mlp as an energy', energyScore(mlp({ key: key(0), width: 8, layers: 1, dropout: 0.25 })), [3, 2], [[8]]],
  [
    'unet',
    unet({ ...small, patch: 2, attention: [] }),
    [3, 8, 12, 1],
    // two ways down, two in the middle, and two blocks at each resolution on the way up
    [[4, 6, 8], ...new Array<number[]>(5).fill([2, 3, 16]), ...new Array<number[]>(2).fill([4, 6, 8])],
  ],
  [
    'compactUnet',
    compactUnet({ ...small, image: [8, 12, 1], blocks: [1, 2, 1] }),
    [3, 8, 12, 1],
    [
      [4, 6, 8],
      [4, 6, 8],
      [2, 3, 16],
      [2, 3, 16],
    ],
  ],
];

/** Moves all parameters, so that nothing is multiplied by a zero it began with. */
function moved(network: Network): Network {
  for (const [i, parameter] of [...network.parameters.values()].entries())
    tf.tidy(() => parameter.assign(tf.add(parameter, tf.mul(normal(key(i), parameter.shape), 0.2))));
  return network;
}

describe.each(networks)('%s', (_, network, shape, places) => {
  const noise = tf.tensor1d([0.1, 0.5, 0.9]);
  const x = normal(key(1), shape);

  it('declares a mask for each place, zeros and equal factors with the batch first', () => {
    const masks = network.masks?.(shape, key(2)) ?? [];
    expect(masks.map((mask) => mask.shape)).toEqual(places.map((place) => [3, ...place]));
    for (const mask of masks) expect(new Set(mask.dataSync())).toEqual(new Set([0, Math.fround(1 / (1 - 0.25))]));
  });

  it('is what it is without dropout where every factor is 1 or there are none, and another with those drawn', () => {
    moved(network);
    const apply = (masks?: readonly tf.Tensor[]) => [...network.apply(x, noise, undefined, masks).dataSync()];
    const masks = network.masks?.(shape, key(2)) ?? [];
    expect(apply(masks.map((mask) => tf.onesLike(mask)))).toEqual(apply());
    expect(apply(masks)).not.toEqual(apply());
    // each mask reaches what it is for
    for (const i of masks.keys())
      expect(apply(masks.map((mask, j) => (i === j ? mask : tf.onesLike(mask))))).not.toEqual(apply());
  });

  it('gives each sample its own masks, whatever the batch around it, and leaks nothing', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const draw = (batch: number, seed: number) =>
        (network.masks?.([batch, ...shape.slice(1)], key(seed)) ?? []).map((mask) => [...tf.slice(mask, 1, 1).dataSync()]);
      expect(draw(2, 5)).toEqual(draw(9, 5));
      expect(draw(2, 6)).not.toEqual(draw(2, 5));
      network.apply(x, noise, undefined, network.masks?.(shape, key(2)));
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('drops as often as it says, each element for itself, and keeps the mean of what is linear', () => {
  const [batch, width, probability] = [20_000, 6, 0.3];
  const root = scope(key(0));
  const drop = dropout(probability);
  const [place, layer] = [drop.place(() => [width]), linear(root, width, 1)];
  const rounded = Math.round(256 * probability) / 256;
  const [mask] = drop.declared.masks?.([batch, 2], key(4)) ?? [];
  const kept = Array.from(mask?.dataSync() ?? [], Math.sign);
  const deviation = Math.sqrt((rounded * (1 - rounded)) / (batch * width));
  expect(Math.abs(kept.reduce((sum, one) => sum + one, 0) / kept.length - (1 - rounded))).toBeLessThan(5 * deviation);
  const together = kept.reduce((sum, one, i) => sum + (i % width === 0 ? one * (kept[i + 1] ?? 0) : 0), 0) / batch;
  expect(Math.abs(together - (1 - rounded) ** 2)).toBeLessThan(5 / Math.sqrt(4 * batch)); // of neighbours

  const h = [0.5, -1, 2, 0.25, 3, -0.7];
  const spread = tf.tile(tf.tensor2d([h]), [batch, 1]);
  const outputs = Array.from(layer(place(spread, mask && [mask])).dataSync());
  const [expected = 0] = layer(tf.tensor2d([h])).dataSync();
  const weight = root.parameters.get('weight')?.dataSync() ?? [];
  // Var[Σ wᵢ·hᵢ·mᵢ], with Var[mᵢ] = p/(1 − p)
  const variance = h.reduce((sum, value, i) => sum + (value * (weight[i] ?? 0)) ** 2, 0) * (rounded / (1 - rounded));
  const mean = outputs.reduce((sum, value) => sum + value, 0) / batch;
  expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(variance / batch));
});

it('lets no gradient through what is dropped', () => {
  const root = scope(key(0));
  const drop = dropout(0.5);
  const block = residualBlock(root, { inputs: 4, outputs: 4, embedding: 3, groups: 2, dropout: drop.place(() => [2, 2, 4]) });
  const [x, e] = [normal(key(1), [1, 2, 2, 4]), normal(key(2), [1, 3])];
  const mask = tf.tensor4d(
    Array.from({ length: 16 }, (_, i) => (i % 4 === 1 ? 0 : 2)),
    [1, 2, 2, 4],
  ); // no channel 1
  const weight = root.parameters.get('conv2.weight');
  if (weight === undefined) throw new Error('no such parameter');
  const { grads } = tf.variableGrads(() => tf.sum(block(x, e, [mask])), [weight]);
  const gradient = grads[weight.name]?.dataSync() ?? new Float32Array();
  const largest = [0, 1, 2, 3].map((channel) =>
    Math.max(...gradient.map((value, i) => (Math.floor(i / 4) % 4 === channel ? Math.abs(value) : 0))),
  );
  expect(largest.map((value) => value > 0)).toEqual([true, false, true, true]);
});

it('declares nothing at 0, and refuses what is no probability', () => {
  for (const network of [mlp({ key: key(0), dropout: 0 }), unet({ key: key(0), widths: [8] })])
    expect(network.masks).toBeUndefined();
  for (const bad of [-0.1, 1, Number.NaN])
    expect(() => mlp({ key: key(0), dropout: bad })).toThrow(expect.objectContaining({ code: 'dropout-out-of-range' }));
});

it('rounds a small probability up to what it can draw', () => {
  const drop = dropout(1e-6);
  drop.place(() => [100_000]);
  const [mask] = drop.declared.masks?.([1, 1], key(0)) ?? [];
  const dropped = mask?.dataSync().filter((factor) => factor === 0).length ?? 0;
  expect(Math.abs(dropped - 100_000 / 256)).toBeLessThan(5 * Math.sqrt(100_000 / 256));
});
