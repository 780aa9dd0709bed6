/** Networks that are trained on conditions of several kinds at once, each dropped by itself, against the exact conditional means. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { type Denoiser, denoiser, foldIn, type Key, key, normal, type Objective, uniform } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { variancePreserving } from '@tweedie/forward-process';
import { classifierFree } from '@tweedie/guidance';
import { compactUnet, concatenated, type LabelAndVector, mlp, upsampleNearest } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { train } from '@tweedie/training';
import { beforeAll, expect, it } from 'vitest';
import { conditionDropout, diffusionLoss } from './index.js';

beforeAll(() => wasm().load());

const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));
const level = process.at(0.5);
const parameterization = v();

type Conditioned<Condition> = { readonly x: tf.Tensor; readonly condition: Condition };

/** Trains at a rate that falls to zero. */
async function trained<Batch, Inputs>(objective: Objective<Batch, Inputs>, draw: (from: Key) => Batch, steps: number) {
  function* batches() {
    for (let i = 0; ; i++) yield draw(foldIn(key(1), i));
  }
  const learningRate = (step: number): number => 0.01 * (1 - step / steps);
  for await (const _ of train({ objective, batches, steps, key: key(2), learningRate }));
}

/** What data become at a level where neither they nor the noise can be told alone. */
function noisy(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(x, level.alpha), tf.mul(normal(key(4), x.shape), level.sigma));
}

/** The mean squared distance of elements. */
function distance(a: tf.Tensor, b: tf.Tensor): number {
  return tf.mean(tf.square(tf.sub(a, b))).dataSync()[0] ?? Number.NaN;
}

/** On the mean squared error of a trained denoiser; the data have a variance of about one. */
const LIMIT = 0.03;

const radii = [0.5, 1.5];
const spread = 0.3;
const point = (radius: number, angle: number) => [radius * Math.cos(angle), radius * Math.sin(angle)];

/** Points around a circle of a radius that the label tells, at an angle that the vector tells. */
function points(from: Key, batch: number, at?: readonly [label: number, angle: number]): Conditioned<LabelAndVector> {
  const labels = Int32Array.from(uniform(foldIn(from, 0), batch), (u) => at?.[0] ?? Math.floor(2 * u));
  const angles = Array.from(uniform(foldIn(from, 1), batch), (u) => at?.[1] ?? 2 * Math.PI * u);
  const centres = tf.tensor2d(angles.map((angle, i) => point(radii[labels[i] ?? 0] ?? 0, angle)));
  return {
    x: tf.add(centres, tf.mul(normal(foldIn(from, 2), [batch, 2]), spread)),
    condition: { label: tf.tensor1d(labels, 'int32'), vector: tf.tensor2d(angles.map((angle) => point(1, angle))) },
  };
}

/** The exact denoiser where label and angle are one of these. */
function exact(labels: readonly number[], angles: readonly number[]): Denoiser {
  const means = labels.flatMap((label) => angles.map((angle) => point(radii[label] ?? 0, angle)));
  return mixtureDenoiser(gaussianMixture({ means, covariances: means.map(() => spread ** 2) }));
}

it('learns a label and a vector, both, either and none, and is guided by them', async () => {
  const network = mlp({ key: key(0), width: 64, classes: 2, vector: 2, noiseScale: 100 });
  const without = { label: tf.tensor1d([2], 'int32'), vector: tf.zeros([1, 2]) };
  const objective = conditionDropout(diffusionLoss({ network, process, parameterization }), {
    probability: { label: 0.4, vector: 0.4 },
    without,
  });
  await trained(objective, (from) => points(from, 128), 1000);

  const guess = denoiser(network, parameterization);
  const [count, angle] = [500, 0.7];
  const spreadOver = (none: tf.Tensor) => tf.tile(none, [count, ...none.shape.slice(1).map(() => 1)]);
  const nothing = { label: spreadOver(without.label), vector: spreadOver(without.vector) };
  const circle = Array.from({ length: 64 }, (_, i) => (i * Math.PI) / 32);
  for (const label of [0, 1]) {
    const { x: data, condition: told } = points(key(3), count, [label, angle]);
    const x = noisy(data);
    const free = exact([0, 1], circle)(x, level, undefined);
    expect(distance(guess(x, level, nothing), free)).toBeLessThan(LIMIT);
    const cases: readonly (readonly [LabelAndVector, Denoiser])[] = [
      [told, exact([label], [angle])],
      [{ ...told, label: nothing.label }, exact([0, 1], [angle])],
      [{ ...told, vector: nothing.vector }, exact([label], circle)],
    ];
    for (const [condition, right] of cases) {
      const expected = right(x, level, undefined);
      expect(distance(guess(x, level, condition), expected)).toBeLessThan(LIMIT);
      expect(distance(free, expected)).toBeGreaterThan(2 * LIMIT); // a network that does not listen would fail
    }
    const guided = classifierFree({ scale: 2, without })(guess)(x, level, told);
    const sharp = exact([label], [angle])(x, level, undefined);
    expect(distance(guided, tf.sub(tf.mul(sharp, 2), free))).toBeLessThan(2 * LIMIT);
  }
}, 60_000);

it('learns a smaller image, and what images are without it', async () => {
  const [size, small] = [8, 4];
  const inner = compactUnet({ key: key(0), image: [size, size, 2], outputs: 1, widths: [16], embedding: 32 });
  const network = concatenated(inner);
  const without = { image: tf.zeros([1, small, small, 1]) };
  const objective = conditionDropout(diffusionLoss({ network, process, parameterization }), { probability: 0.3, without });
  const images = (from: Key, batch: number) => {
    const image = normal(foldIn(from, 0), [batch, small, small, 1]);
    const x = tf.add(upsampleNearest(image), tf.mul(normal(foldIn(from, 1), [batch, size, size, 1]), spread));
    return { x, condition: { image } };
  };
  await trained(objective, (from) => images(from, 32), 400);

  const { x: data, condition } = images(key(3), 100);
  const x = noisy(data) as tf.Tensor4D;
  const guess = denoiser(network, parameterization);
  const gain = (variance: number) => (level.alpha * variance) / (level.alpha ** 2 * variance + level.sigma ** 2);
  const up = upsampleNearest(condition.image);
  const told = tf.add(up, tf.mul(tf.sub(x, tf.mul(up, level.alpha)), gain(spread ** 2)));
  // four pixels share one normal: variance 4 + s² of what they have in common, s² of the rest
  const blocks = upsampleNearest(tf.avgPool(x, 2, 2, 'valid'));
  const free = tf.add(tf.mul(tf.sub(x, blocks), gain(spread ** 2)), tf.mul(blocks, gain(4 + spread ** 2)));
  const none = { image: tf.zerosLike(condition.image) };
  expect(distance(guess(x, level, condition), told)).toBeLessThan(2 * LIMIT);
  expect(distance(guess(x, level, none), free)).toBeLessThan(2 * LIMIT);
  expect(distance(free, told)).toBeGreaterThan(4 * LIMIT);
}, 60_000);
