/** A small CNN that reads MNIST digits: the judge of generated ones. Trained once, on the training set alone, then cached. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { argMax, cast, logSoftmax, mean, mul, neg, oneHot, reshape, slice, sum, tidy } from '@tensorflow/tfjs-core';
import { foldIn, key } from '@tweedie/core';
import { batches } from '@tweedie/data';
import { conv2d, linear, normalization, scope, silu } from '@tweedie/networks';
import { adamW, assignParameters, cosineRate, ema, exchangeParameters, readParameters, train } from '@tweedie/training';
import { decode, encode } from '@tweedie/weights';
import { writeFile } from '@tweedie/weights/node';
import { mnistFiles } from '../dist/mnist-files.js';

const BATCH = 64;
const EPOCHS = 3;
const FEATURES = 128;

/** Logits of images `[n, 28, 28, 1]`. */
function classifier(seed) {
  const root = scope(key(seed));
  const layers = [
    conv2d(root.child('conv1'), 1, 32, { stride: 2 }),
    normalization(root.child('norm1'), 32, { groups: 8, activation: 'silu' }),
    conv2d(root.child('conv2'), 32, 64, { stride: 2 }),
    normalization(root.child('norm2'), 64, { groups: 8, activation: 'silu' }),
    conv2d(root.child('conv3'), 64, 64),
    normalization(root.child('norm3'), 64, { groups: 8, activation: 'silu' }),
    (x) => reshape(x, [x.shape[0], 7 * 7 * 64]),
    linear(root.child('hidden'), 7 * 7 * 64, FEATURES),
    silu,
  ];
  const out = linear(root.child('out'), FEATURES, 10);
  const features = (x) => tidy(() => layers.reduce((h, layer) => layer(h), x));
  return { parameters: root.parameters, features, apply: (x) => tidy(() => out(features(x))) };
}

/** What the network makes of many images, in parts. */
function inParts(images, make) {
  const parts = [];
  for (let first = 0; first < images.shape[0]; first += 500)
    parts.push(tidy(() => make(slice(images, first, Math.min(500, images.shape[0] - first))).dataSync()));
  return parts.flatMap((part) => [...part]);
}

/** The trained classifier, and its accuracy on the 10,000 test digits. */
export async function digitClassifier(cache) {
  const network = classifier(7);
  try {
    assignParameters(network.parameters, decode(await readFile(cache)).tensors);
  } catch (error) {
    if (error?.code !== 'ENOENT') throw error;
    await fit(network);
    await mkdir(dirname(cache), { recursive: true });
    await writeFile(cache, [encode(await readParameters(network.parameters))]);
  }
  const read = (images) => Int32Array.from(inParts(images, (some) => argMax(network.apply(some), 1)));
  const features = (images) => ({ data: Float32Array.from(inParts(images, network.features)), columns: FEATURES });
  const test = await digits('test', 10_000);
  const found = read(test.images);
  const accuracy = test.labels.filter((label, i) => found[i] === label).length / test.labels.length;
  test.images.dispose();
  return { accuracy, read, features };
}

/** Some digits of a set. */
export async function digits(set, count, first = 0) {
  const data = await mnistFiles(set);
  const { x: images, condition } = data.batch(Array.from({ length: count }, (_, i) => first + i));
  const labels = condition.dataSync();
  condition.dispose();
  return { images, labels };
}

async function fit(network) {
  const data = await mnistFiles('train');
  const steps = Math.floor((EPOCHS * data.size) / BATCH);
  const averages = ema(network.parameters, { decay: 0.995 });
  const objective = {
    parameters: network.parameters,
    // cast: the dtype of oneHot itself is a wrong reading of integers on wasm
    prepare: ({ x, condition }) => ({ x: x.clone(), target: tidy(() => cast(oneHot(condition, 10), 'float32')) }),
    evaluate: ({ x, target }) => ({ loss: tidy(() => neg(mean(sum(mul(target, logSoftmax(network.apply(x))), 1)))) }),
  };
  const loop = train({
    objective,
    batches: (from) => batches(data, { size: BATCH, key: foldIn(key(7), 1), from }),
    steps,
    key: key(7),
    optimizer: adamW({ weightDecay: 0.01 }),
    learningRate: cosineRate({ peak: 2e-3, warmUp: 100, steps }),
    ema: averages,
    logEvery: 100,
  });
  for await (const { step, loss } of loop)
    if (loss !== undefined && step % 500 < 100) console.log(`classifier: step ${step}/${steps}, loss ${loss.toFixed(4)}`);
  exchangeParameters(network.parameters, averages.parameters);
  averages.dispose();
}
