/** Medians of each kernel, ours beside tfjs's own: `node packages/backend-wasm/bench/kernels.bench.mjs [--quick]`. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { registerKernels } from '@tweedie/backend-wasm';

await tf.setBackend('wasm');
const own = (name) => tf.getKernel(name, 'wasm');
const names = ['Conv2D', 'Conv2DBackpropInput', 'BatchMatMul', 'Sum', 'Add', 'Multiply', 'Sin', 'Transpose'];
const originals = new Map(names.map((name) => [name, own(name)]));
registerKernels();

const repeats = process.argv.includes('--quick') ? 3 : 9;
function median(f) {
  const times = [];
  for (let i = -2; i < repeats; i++) {
    const start = performance.now();
    f();
    if (i >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[repeats >> 1];
}

const backend = tf.backend();
/** Runs a kernel's function and frees what it gives. */
const call = (config, inputs, attrs) => () => {
  for (const { dataId } of [config.kernelFunc({ inputs, attrs, backend })].flat()) backend.disposeData(dataId);
};
function row(label, name, inputs, attrs, flops) {
  const ours = median(call(own(name), inputs, attrs));
  const original = originals.get(name);
  const theirs = original && median(call(original, inputs, attrs));
  const rate = flops ? `${(flops / ours / 1e6).toFixed(1).padStart(6)} GFLOP/s` : ' '.repeat(14);
  console.log(
    `${label.padEnd(34)}${name.padEnd(22)}${ours.toFixed(3).padStart(9)} ms ${rate}${theirs ? `   tfjs ${theirs.toFixed(3).padStart(9)} ms` : ''}`,
  );
}

const random = (...shape) => tf.randomNormal(shape);
const batch = 32;
for (const [size, channels] of [
  [14, 32],
  [14, 64],
  [14, 96],
  [28, 32],
  [28, 64],
  [7, 64],
  [7, 96],
]) {
  const label = `${batch}x${size}x${size}x${channels}`;
  const x = random(batch, size, size, channels);
  const dy = random(batch, size, size, channels);
  for (const k of [3, 1]) {
    const filter = random(k, k, channels, channels);
    const attrs = {
      strides: [1, 1],
      pad: 'same',
      dataFormat: 'NHWC',
      dilations: [1, 1],
      inputShape: x.shape,
      filterShape: filter.shape,
    };
    const flops = 2 * batch * size * size * k * k * channels * channels;
    for (const [name, inputs] of [
      ['Conv2D', { x, filter }],
      ['Conv2DBackpropInput', { dy, filter }],
      ['Conv2DBackpropFilter', { x, dy }],
    ])
      row(`${label} ${k}x${k}`, name, inputs, attrs, flops);
    filter.dispose();
  }
  if (size % 2 === 0) {
    const filter = random(3, 3, channels, channels);
    const half = random(batch, size / 2, size / 2, channels);
    const attrs = {
      strides: [2, 2],
      pad: 'same',
      dataFormat: 'NHWC',
      dilations: [1, 1],
      inputShape: x.shape,
      filterShape: filter.shape,
    };
    const flops = (2 * batch * size * size * 9 * channels * channels) / 4;
    for (const [name, inputs] of [
      ['Conv2D', { x, filter }],
      ['Conv2DBackpropInput', { dy: half, filter }],
      ['Conv2DBackpropFilter', { x, dy: half }],
    ])
      row(`${label} 3x3 stride 2`, name, inputs, attrs, flops);
    tf.dispose([filter, half]);
  }
  const [scale, shift] = [random(channels), random(channels)];
  for (const activation of ['linear', 'silu']) {
    const attrs = { groups: 8, epsilon: 1e-5, activation };
    row(`${label} ${activation}`, 'GroupNorm', { x, scale, shift }, attrs);
    const [mean, rstd] = tf.engine().runKernel('GroupNorm', { x, scale, shift }, attrs).slice(1);
    row(`${label} ${activation}`, 'GroupNormGrad', { x, scale, shift, mean, rstd, dy }, attrs);
    tf.dispose([mean, rstd]);
  }
  row(label, 'SiLU', { x });
  row(label, 'SiLUGrad', { x, dy });
  row(label, 'UpsampleNearest2x', { x });
  if (size % 2 === 0) row(label, 'UpsampleNearest2xGrad', { dy });
  row(label, 'Add', { a: x, b: dy });
  const embedding = random(batch, 1, 1, channels);
  row(`${label} + [N,1,1,C]`, 'Add', { a: x, b: embedding });
  row(`${label} * [C]`, 'Multiply', { a: x, b: scale });
  row(`${label} over [0,1,2]`, 'Sum', { x }, { axis: [0, 1, 2], keepDims: false });
  row(`${label} over [1,2]`, 'Sum', { x }, { axis: [1, 2], keepDims: true });
  tf.dispose([x, dy, scale, shift, embedding]);
}
for (const [count, m, k, n] of [
  [1, 512, 512, 512],
  [32, 49, 64, 49],
  [32, 64, 64, 64],
  [32, 196, 32, 196],
  [1, 64, 128, 128],
]) {
  for (const [transposeA, transposeB] of [
    [false, false],
    [false, true],
    [true, false],
  ]) {
    const a = transposeA ? random(count, k, m) : random(count, m, k);
    const b = transposeB ? random(count, n, k) : random(count, k, n);
    row(
      `${count} x [${m}x${k}]${transposeA ? 'ᵀ' : ''}[${k}x${n}]${transposeB ? 'ᵀ' : ''}`,
      'BatchMatMul',
      { a, b },
      { transposeA, transposeB },
      2 * count * m * k * n,
    );
    tf.dispose([a, b]);
  }
}
const weights = [0, 1, 2, 3].map(() => random(1_000_000));
const [parameter, gradient, m] = weights;
const v = tf.square(weights[3]);
row(
  '1,000,000 weights',
  'AdamW',
  { parameter, gradient, m, v },
  { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, step: 10 },
);
row('512x16 angles up to 1000', 'Sin', { x: tf.randomUniform([512, 16], 0, 1000) });
row('1,000,000 weights', 'Lerp', { from: parameter, to: gradient }, { weight: 0.01 });
row('1,000,000 weights', 'SquaredNorm', { x: parameter });
row(
  'gather gradient, 64 of 10 x 128',
  'UnsortedSegmentSum',
  {
    x: random(64, 128),
    segmentIds: tf.tensor1d(
      Array.from({ length: 64 }, (_, i) => i % 10),
      'int32',
    ),
  },
  { numSegments: 10 },
);
