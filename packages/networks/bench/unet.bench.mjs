/**
 * What networks cost on wasm beyond their convolutions and matrix products. For each network: a forward pass, and a training step (loss,
 * gradients, clipping, AdamW), over the sum of the forward's convolutions and products, each timed alone on inputs of the same shape.
 */
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss, unweighted } from '@tweedie/losses';
import { compactUnet, mlp, unet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { adamW, clipFactor, eager, globalNorm } from '@tweedie/training';

const PRODUCTS = new Set(['Conv2D', 'FusedConv2D', 'BatchMatMul', '_FusedMatMul']);

await wasm().load();

const cases = [
  { name: 'reference U-Net, 32×32×1, batch 16', network: unet({ key: key(0) }), shape: [16, 32, 32, 1] },
  { name: 'reference U-Net, 32×32×1, batch 32', network: unet({ key: key(0) }), shape: [32, 32, 32, 1] },
  {
    name: 'compact U-Net, 28×28×1, 10 classes, batch 32',
    network: compactUnet({ key: key(0), image: [28, 28, 1], classes: 10 }),
    shape: [32, 28, 28, 1],
    classes: 10,
  },
  { name: 'MLP, 2, batch 512', network: mlp({ key: key(0) }), shape: [512, 2] },
];

/** The products that a run issues: name, shapes and attributes of each call. */
function productsOf(run) {
  const calls = [];
  const engine = tf.engine();
  const original = engine.runKernel;
  engine.runKernel = function (name, inputs, attributes) {
    if (PRODUCTS.has(name)) {
      const operands = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined);
      calls.push({ name, shapes: operands.map(([operand, { shape }]) => [operand, shape]), attributes });
    }
    return original.call(this, name, inputs, attributes);
  };
  try {
    tf.tidy(run);
  } finally {
    engine.runKernel = original;
  }
  return calls;
}

/** Milliseconds of the shortest run of those that fit into `budget` ms, at least two: the machine may be shared. */
function timed(run, budget) {
  let [best, spent] = [Infinity, 0];
  for (let i = 0; i < 2 || spent < budget; i++) {
    const start = performance.now();
    run();
    const time = performance.now() - start;
    best = Math.min(best, time);
    spent += time;
  }
  return best;
}

function timeProducts(calls, budget) {
  let sum = 0;
  for (const { name, shapes, attributes } of calls) {
    const inputs = Object.fromEntries(shapes.map(([operand, shape], i) => [operand, normal(key(i), shape)]));
    const run = () => tf.dispose(tf.engine().runKernel(name, inputs, attributes));
    run();
    sum += timed(run, budget / calls.length);
    tf.dispose(inputs);
  }
  return sum;
}

const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
console.log('ms (best of several)                               products  forward  ratio     step  ratio');
for (const { name, shape, network, classes } of cases) {
  const [batch] = shape;
  const x = normal(key(1), shape);
  const noise = tf.linspace(0.05, 0.95, batch);
  const condition =
    classes === undefined
      ? undefined
      : tf.tensor1d(
          Array.from({ length: batch }, (_, i) => i % classes),
          'int32',
        );
  const forward = () => tf.tidy(() => void network.apply(x, noise, condition));

  const objective = diffusionLoss({ network, process, parameterization: v(), weighting: unweighted(v()) });
  const differentiate = eager(objective);
  const optimizer = adamW();
  const state = optimizer.state(objective.parameters);
  let count = 0;
  const step = () => {
    const inputs = objective.prepare({ x, condition }, key(count++));
    const { loss, perExample, gradients } = differentiate(inputs);
    const norm = globalNorm(gradients);
    const scale = clipFactor(norm, 1);
    optimizer.update(objective.parameters, gradients, state, { learningRate: 1e-4, step: count, scale });
    tf.dispose([loss, perExample, gradients, norm, scale, Object.values(inputs).filter((part) => part !== undefined)]);
  };

  const calls = productsOf(forward);
  for (const warm of [forward, step, forward, step]) warm();
  const rounds = 3;
  const best = { products: Infinity, forward: Infinity, step: Infinity };
  for (let round = 0; round < rounds; round++) {
    best.products = Math.min(best.products, timeProducts(calls, 300));
    best.forward = Math.min(best.forward, timed(forward, 300));
    best.step = Math.min(best.step, timed(step, 600));
  }
  const show = (value, width, digits) => value.toFixed(digits).padStart(width);
  console.log(
    `${name.padEnd(50)} ${show(best.products, 8, 1)} ${show(best.forward, 8, 1)} ${show(best.forward / best.products, 6, 2)} ${show(best.step, 8, 1)} ${show(best.step / best.products, 6, 2)}`,
  );
  tf.dispose([x, noise, condition ?? [], Object.values(state)]);
}
