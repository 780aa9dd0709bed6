import { concat, memory, mul, reshape, type Scalar, square, sum, tensor1d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { denoiser, disposeAll, key, normal, useBackend } from '@tweedie/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labels, largest, run, settings, spec } from '../test/small.js';
import { drawSamples } from './draw-samples.js';
import { type Engine, openEngine, withEngine } from './engines.js';
import { buildModel } from './model-spec.js';
import { objectiveOf } from './objective.js';

let compiled: Engine;
let eager: Engine;
beforeAll(async () => {
  await useBackend(wasm());
  compiled = await openEngine({ threads: 1 });
  eager = await openEngine({ kind: 'eager', shards: 1 });
});
afterAll(() => Promise.all([compiled.close(), eager.close()]));

/** A model with random weights everywhere. */
function awake() {
  const model = buildModel(spec, key(0));
  let i = 0;
  for (const value of model.network.parameters.values()) value.assign(tidy(() => mul(normal(key(++i), value.shape), 0.1)));
  return model;
}

it('runs in ONNX Runtime where nothing else is asked for, and says what it is', async () => {
  expect(compiled).toMatchObject({ record: { kind: 'compiled', threads: 1 } });
  expect(compiled.name).toMatch(/^onnxruntime-node 1\.\d+\.\d+, threads: 1$/);
  expect(eager).toMatchObject({ record: { kind: 'eager', shards: 1 }, name: 'TensorFlow.js wasm, shards: 1' });
});

it('differentiates to the same gradients on either engine, to float32 rounding', async () => {
  const model = awake();
  const trained = {
    ...run,
    training: { objective: 'diffusionLoss', weighting: 'unweighted(parameterization)', conditionDropout: 0.5 },
  };
  const objective = objectiveOf(model, trained);
  const inputs = await objective.prepare({ x: normal(key(8), [5, 8, 8, 1]), condition: tensor1d(labels, 'int32') }, key(9));
  const [a, b] = [await compiled.gradients(trained)(objective)(inputs), await eager.gradients(trained)(objective)(inputs)];
  expect(Object.keys(a.gradients).sort()).toEqual(Object.keys(b.gradients).sort());
  for (const [name, gradient] of Object.entries(a.gradients)) {
    const expected = b.gradients[name]?.dataSync<'float32'>() ?? new Float32Array();
    expect(largest(gradient.dataSync<'float32'>(), expected)).toBeLessThan(1e-5);
  }
  disposeAll(inputs, a, b);
});

it('draws the same images on either engine, to float32 rounding, and leaks nothing', async () => {
  const model = awake();
  const network = compiled.network(model.network);
  const before = memory().numTensors;
  const fast = await drawSamples({ ...model, network }, run, settings, labels, 4);
  expect(memory().numTensors).toBe(before);
  const slow = await drawSamples({ ...model, network: eager.network(model.network) }, run, settings, labels, 4);
  expect(largest(fast.values, slow.values)).toBeLessThan(1e-4);
});

it('differentiates a denoiser by its input on either engine, to float32 rounding, and leaks nothing', () => {
  const model = awake();
  const networks = [compiled.network(model.network), eager.network(model.network)];
  const before = memory().numTensors;
  const [fast = new Float32Array(), slow = new Float32Array()] = networks.map((network) =>
    tidy(() => {
      const denoise = denoiser(network, model.parameterization);
      const condition = tensor1d(labels, 'int32');
      const size = valueAndGrad((x) => sum<Scalar>(square(denoise(x, model.process.at(0.5), condition))));
      const { value, grad } = size(normal(key(5), [labels.length, 8, 8, 1]));
      return concat([reshape(value, [1]), reshape(grad, [-1])]).dataSync<'float32'>();
    }),
  );
  expect(memory().numTensors).toBe(before);
  expect(fast[0]).toBeCloseTo(slow[0] ?? Number.NaN, 3);
  const [gradient, expected] = [fast.slice(1), slow.slice(1)];
  expect(largest(gradient, expected)).toBeLessThan(1e-5 * largest(expected, new Float32Array(expected.length)));
  for (const network of networks) network.dispose();
});

it('draws with new weights once it is refreshed', async () => {
  const model = awake();
  const network = compiled.network(model.network);
  const draw = () => drawSamples({ ...model, network }, run, settings, labels, 4);
  const first = await draw();
  for (const value of model.network.parameters.values()) value.assign(tidy(() => mul(value, 0.5)));
  expect(largest((await draw()).values, first.values)).toBe(0);
  network.refresh();
  expect(largest((await draw()).values, first.values)).toBeGreaterThan(0.01);
  network.dispose();
});

it('closes an engine whatever comes of the work', async () => {
  let used: Engine | undefined;
  const failing = withEngine({ kind: 'compiled', threads: 1 }, async (engine) => {
    used = engine;
    throw new Error('the work failed');
  });
  await expect(failing).rejects.toThrow('the work failed');
  const model = awake();
  const draw = drawSamples({ ...model, network: used?.network(model.network) ?? model.network }, run, settings, labels, 4);
  await expect(draw).rejects.toMatchObject({ code: 'engine-gone' });
});
