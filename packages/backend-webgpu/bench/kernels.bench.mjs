/**
 * Medians of each kernel, ours beside tfjs's own or, where tfjs has none, beside the operations that it is composed of otherwise, on the same
 * adapter in one run; then a whole training step: `node packages/backend-webgpu/bench/kernels.bench.mjs [--quick] [text in the
 * label]`. On a software adapter the ratios are those of a processor.
 */
import * as tf from '@tensorflow/tfjs-core';
import { key, normal, registerGradients } from '@tweedie/core';
import { groupNorm, silu, unet, upsampleNearest } from '@tweedie/networks';
import { adamW } from '@tweedie/training';
import { registerKernels } from '../dist/register-kernels.js';
import { present } from '../test/adapter.mjs';

if (!present) process.exit(0);
await tf.setBackend('webgpu');
registerGradients();
const backend = tf.backend();
const tfjs = new Map(tf.getKernelsForBackend('webgpu').map((config) => [config.kernelName, config]));
registerKernels();
const ours = new Map(tf.getKernelsForBackend('webgpu').map((config) => [config.kernelName, config]));
/** Kernels of one kind in the registry. */
function use(kernels) {
  for (const name of ours.keys()) {
    if (tf.getKernel(name, 'webgpu')) tf.unregisterKernel(name, 'webgpu');
    if (kernels.has(name)) tf.registerKernel(kernels.get(name));
  }
}

const word = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '';
const quick = process.argv.includes('--quick');
const repeats = quick ? 3 : 5;
async function finish() {
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
  await backend.queue.onSubmittedWorkDone();
}
/** The first run compiles; it counts only where it takes so long that this does not matter. */
async function median(f) {
  const times = [];
  for (let i = -1; i < repeats; i++) {
    await finish();
    const start = performance.now();
    tf.tidy(() => void f());
    await finish();
    const time = performance.now() - start;
    if (i >= 0 || time > 60_000) times.push(time);
    if (times.length > 0 && time > 5000) break;
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}
async function row(label, f) {
  if (!label.includes(word)) return;
  use(ours);
  const mine = await median(f);
  use(tfjs);
  const theirs = await median(f);
  console.log(
    `${label.padEnd(54)}${mine.toFixed(2).padStart(9)} ms   tfjs ${theirs.toFixed(2).padStart(9)} ms   × ${(theirs / mine).toFixed(1)}`,
  );
}

console.log(`Adapter: ${backend.adapterInfo.vendor || 'unknown'} ${backend.adapterInfo.architecture ?? ''}`);
const run = (name, inputs, attrs) => tf.engine().runKernel(name, inputs, attrs);
const shapes = quick
  ? [[2, 14, 32, 32, 1]]
  : [
      [16, 28, 32, 32, 1],
      [16, 28, 1, 32, 1],
      [16, 28, 32, 1, 1],
      [16, 28, 32, 32, 2],
      [16, 14, 64, 64, 1],
      [16, 7, 96, 96, 1],
      [32, 32, 32, 32, 1],
    ];
for (const [batch, size, inputs, outputs, strides] of shapes) {
  const label = `${batch}x${size}x${size}, ${inputs} to ${outputs}, stride ${strides}: `;
  const x = normal(key(1), [batch, size, size, inputs]);
  const filter = normal(key(2), [3, 3, inputs, outputs]);
  const dy = normal(key(3), [batch, size / strides, size / strides, outputs]);
  const attrs = { strides, pad: 'same', dataFormat: 'NHWC', filterShape: filter.shape, inputShape: x.shape };
  await row(`${label}filter gradient`, () => run('Conv2DBackpropFilter', { x, dy }, attrs));
  await row(`${label}input gradient`, () => run('Conv2DBackpropInput', { dy, filter }, attrs));
  tf.dispose([x, filter, dy]);
}

const image = normal(key(1), quick ? [2, 14, 14, 32] : [16, 28, 28, 32]);
const large = normal(key(2), [image.shape[0], 2 * image.shape[1], 2 * image.shape[2], 32]);
const [scale, shift] = [normal(key(3), [32]), normal(key(4), [32])];
const normalized = (x, a, b) => groupNorm(x, a, b, { activation: 'silu' });
const label = `${image.shape.join('x')}: `;
await row(`${label}group norm with SiLU`, () => normalized(image, scale, shift));
await row(`${label}and its gradient`, () => tf.grads(normalized)([image, scale, shift], image));
await row(`${label}SiLU`, () => silu(image));
await row(`${label}and its gradient`, () => tf.grad(silu)(image, image));
await row(`${label}upsampling`, () => upsampleNearest(image));
await row(`${label}and its gradient`, () => tf.grad(upsampleNearest)(image, large));
await row(`${label}gradient of a bias`, () => tf.sum(image, [0, 1, 2]));

const widths = quick ? [8, 16] : [32, 64];
const network = unet({ key: key(1), channels: 1, widths, blocks: 1, attention: [1], groups: 4, embedding: 4 * widths[0] });
const [batch, size] = quick ? [2, 12] : [2, 28];
const [x, noise] = [normal(key(2), [batch, size, size, 1]), tf.linspace(0.1, 0.9, batch)];
const optimizer = adamW();
const state = optimizer.state(network.parameters);
const variables = [...network.parameters.values()];
let step = 0;
function gradients() {
  const loss = () => tf.mean(tf.square(tf.sub(network.apply(x, noise, undefined), x)));
  const { grads } = tf.variableGrads(loss, variables);
  return Object.fromEntries([...network.parameters].map(([name, { name: id }]) => [name, grads[id]]));
}
const fixed = gradients();
const update = (gradients) => optimizer.update(network.parameters, gradients, state, { learningRate: 1e-4, step: ++step });
const unetLabel = `U-Net ${widths.join(', ')} on ${batch}x${size}x${size}: `;
await row(`${unetLabel}optimiser`, () => update(fixed));
await row(`${unetLabel}training step`, () => update(gradients()));
process.exit(0);
