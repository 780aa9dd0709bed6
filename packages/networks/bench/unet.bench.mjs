/**
 * What networks cost on wasm beyond their convolutions and matrix products. For each network: a forward pass, and a whole training step
 * (drawing noise, loss, gradients, clipping, AdamW, average), over the sum of the forward's convolutions and products, each timed alone on
 * inputs of the same shape. All three are timed in turn, round after round; the figures are medians.
 */
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss, unweighted } from '@tweedie/losses';
import { compactUnet, mlp, unet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { adamW, clipFactor, eager, ema, globalNorm } from '@tweedie/training';

const PRODUCTS = new Set(['Conv2D', 'FusedConv2D', 'BatchMatMul', '_FusedMatMul']);
const [WARM_UP, MEASURED, LEAST_ROUNDS] = [2000, 5000, 11]; // ms, ms, number

await wasm().load();

const digits = { key: key(0), image: [28, 28, 1], classes: 10 };
const cases = [
  { name: 'reference U-Net, 32×32×1, batch 16', network: unet({ key: key(0) }), shape: [16, 32, 32, 1] },
  { name: 'reference U-Net, 32×32×1, batch 32', network: unet({ key: key(0) }), shape: [32, 32, 32, 1] },
  {
    name: 'compact U-Net, 28×28×1, blocks 1, batch 32',
    network: compactUnet(digits),
    shape: [32, 28, 28, 1],
    classes: 10,
  },
  {
    name: 'compact U-Net, 28×28×1, blocks [0, 2, 1], batch 32',
    network: compactUnet({ ...digits, blocks: [0, 2, 1] }),
    shape: [32, 28, 28, 1],
    classes: 10,
  },
  { name: 'reference MLP, 2, batch 512', network: mlp({ key: key(0) }), shape: [512, 2] },
];

/** The products that a run issues, each as a function that runs it alone on inputs of its own. */
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
  const pool = new Map(); // one tensor per shape: memory is short
  const operand = (shape) => {
    if (!pool.has(`${shape}`)) pool.set(`${shape}`, normal(key(pool.size), shape));
    return pool.get(`${shape}`);
  };
  const runs = calls.map(({ name, shapes, attributes }) => {
    const inputs = Object.fromEntries(shapes.map(([name, shape]) => [name, operand(shape)]));
    return () => tf.dispose(engine.runKernel(name, inputs, attributes));
  });
  return { run: () => runs.forEach((alone) => void alone()), dispose: () => tf.dispose([...pool.values()]) };
}

/** A training step as `train` makes it. */
function stepOf(network, batch) {
  const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
  const objective = diffusionLoss({ network, process, parameterization: v(), weighting: unweighted(v()) });
  const differentiate = eager(objective);
  const optimizer = adamW();
  const state = optimizer.state(objective.parameters);
  const average = ema(objective.parameters);
  let step = 0;
  return {
    run() {
      const inputs = objective.prepare(batch, key(step++));
      const { gradients, ...rest } = differentiate(inputs);
      tf.tidy(() => {
        const scale = clipFactor(globalNorm(gradients), 1);
        optimizer.update(objective.parameters, gradients, state, { learningRate: 1e-4, step, scale });
        average.update(step);
      });
      tf.dispose([gradients, rest, inputs]);
    },
    dispose() {
      tf.dispose(Object.values(state));
      average.dispose();
    },
  };
}

function time(run) {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const columns = (name, ...values) => console.log([name.padEnd(50), ...values.map((value) => value.padStart(9))].join(''));

columns('ms (medians)', 'products', 'forward', 'ratio', 'step', 'ratio', 'rounds');
for (const { name, shape, network, classes } of cases) {
  const [batch] = shape;
  const x = normal(key(1), shape);
  const noise = tf.linspace(0.05, 0.95, batch);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % classes);
  const condition = classes === undefined ? undefined : tf.tensor1d(labels, 'int32');
  const forward = () => tf.tidy(() => void network.apply(x, noise, condition));
  const products = productsOf(forward);
  const step = stepOf(network, { x, condition });

  const rounds = [];
  const begin = performance.now();
  for (let elapsed = 0; elapsed < WARM_UP + MEASURED || rounds.length < LEAST_ROUNDS; elapsed = performance.now() - begin) {
    const round = { products: time(products.run), forward: time(forward), step: time(step.run) };
    if (elapsed > WARM_UP) rounds.push(round);
  }
  const of = (part) => median(rounds.map((round) => round[part]));
  const [alone, pass, whole] = [of('products'), of('forward'), of('step')];
  columns(
    name,
    alone.toFixed(2),
    pass.toFixed(2),
    (pass / alone).toFixed(2),
    whole.toFixed(2),
    (whole / alone).toFixed(2),
    `${rounds.length}`,
  );
  products.dispose();
  step.dispose();
  tf.dispose([x, noise, condition ?? [], [...network.parameters.values()]]);
}
