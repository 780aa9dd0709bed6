import '@tensorflow/tfjs-backend-cpu';
import { concat, mean, mul, setBackend, sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { key, type Network, normal } from '@tweedie/core';
import { compactUnet, mlp, unet } from '@tweedie/networks';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeOnnx } from './encode.js';
import type { OnnxModel } from './onnx.js';
import { onnxNetwork } from './onnx-network.js';

beforeAll(() => setBackend('cpu'));

const label = { inputs: { label: { shape: [], dtype: 'int32' } }, condition: ({ label }: { label: Tensor }) => label } as const;

/** With random values for the parameters that are zero at first, so that everything matters. */
function awake<Condition>(network: Network<Condition>): Network<Condition> {
  let i = 0;
  for (const value of network.parameters.values()) value.assign(tidy(() => mul(normal(key(++i), value.shape), 0.1)));
  return network;
}

/** Inputs of a batch, as tensors of both worlds. */
function batchOf(size: number, shape: readonly number[]) {
  const x = normal(key(40), [size, ...shape]);
  const noise = Float32Array.from({ length: size }, (_, i) => (i + 1) / (size + 1));
  const labels = Int32Array.from({ length: size }, (_, i) => i % 4); // the last class is "none"
  return {
    eager: [x, tensor1d(noise), tensor1d(labels, 'int32')] as const,
    feeds: {
      x: new OrtTensor('float32', x.dataSync<'float32'>(), x.shape),
      noise: new OrtTensor('float32', noise, [size]),
      label: new OrtTensor('int32', labels, [size]),
    },
  };
}

async function expectEqual<Condition>(
  network: Network<Condition>,
  conditionOf: (label: Tensor) => Condition,
  model: OnnxModel,
  shape: readonly number[],
  sizes: readonly number[],
): Promise<void> {
  const session = await InferenceSession.create(encodeOnnx(model), { logSeverityLevel: 3 });
  for (const size of sizes) {
    const { eager, feeds } = batchOf(size, shape);
    const [x, noise, labels] = eager;
    const expected = network.apply(x, noise, conditionOf(labels)).dataSync();
    const wanted = session.inputNames.map((name) => [name, feeds[name as keyof typeof feeds]]);
    const { prediction } = await session.run(Object.fromEntries(wanted));
    expect(prediction?.dims).toEqual([size, ...shape]);
    expect(distance(prediction?.data as Float32Array, expected)).toBeLessThan(1e-5);
  }
  await session.release();
}

/** Largest difference, relative to the largest element. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const differences = Array.from(expected, (value, i) => Math.abs(value - (found[i] ?? Number.NaN)));
  return Math.max(...differences) / Math.max(...Array.from(expected, Math.abs));
}

const compact = () =>
  awake(compactUnet({ key: key(0), image: [8, 8, 1], widths: [8, 16], groups: 4, embedding: 16, classes: 3 }));

describe('onnxNetwork', () => {
  it('is the network, for batches of any size', async () => {
    const network = compact();
    await expectEqual(network, (labels) => labels, onnxNetwork(network, { shape: [8, 8, 1], ...label }), [8, 8, 1], [1, 3, 50]);
    const points = awake(mlp({ key: key(0) }));
    await expectEqual(points, () => undefined, onnxNetwork(points, { shape: [2] }), [2], [1, 3, 50]);
    const large = awake(unet({ key: key(0), widths: [8, 16], embedding: 16, groups: 4, attention: [1] }));
    await expectEqual(large, () => undefined, onnxNetwork(large, { shape: [16, 16, 1] }), [16, 16, 1], [1, 3]);
  });

  it('consists of public operators, with inputs and output by name', () => {
    const model = onnxNetwork(compact(), { shape: [8, 8, 1], ...label });
    expect(model.opsets).toEqual({ '': 17 });
    expect(model.nodes.filter(({ domain }) => domain !== undefined)).toEqual([]);
    expect(model.inputs).toEqual([
      { name: 'x', type: 'float32', shape: ['batch', 8, 8, 1] },
      { name: 'noise', type: 'float32', shape: ['batch'] },
      { name: 'label', type: 'int32', shape: ['batch'] },
    ]);
    expect(model.outputs).toEqual([{ name: 'prediction', type: 'float32', shape: ['batch', 8, 8, 1] }]);
  });

  it('knows a given batch size', async () => {
    const network = compact();
    const model = onnxNetwork(network, { shape: [8, 8, 1], batch: 3, ...label });
    expect(model.outputs[0]?.shape).toEqual([3, 8, 8, 1]);
    await expectEqual(network, (labels) => labels, model, [8, 8, 1], [3]);
    for (const batch of [0, -1, 1.5, Number.NaN])
      expect(() => onnxNetwork(network, { shape: [8, 8, 1], batch, ...label })).toThrow(
        expect.objectContaining({ code: 'batch-not-positive' }),
      );
  });

  it('leaves to ONNX what it works out for any batch', async () => {
    const network = fixed((x) => sub(x, mean(x, 0, true)));
    await expectEqual(network, () => undefined, onnxNetwork(network, { shape: [2] }), [2], [2, 5]);
  });

  it.each<[string, Network['apply']]>([
    ['a number', (x) => mul(x, 1 / (x.shape[0] ?? 1))],
    [
      'a table',
      (x) =>
        mul(
          x,
          Array.from({ length: x.shape[0] ?? 1 }, (_, i) => [i]),
        ),
    ],
    ['another length', (x) => concat([x, x])],
  ])('refuses a network that needs to know the batch size, as for %s', (_, apply) => {
    expect(() => onnxNetwork(fixed(apply), { shape: [2] })).toThrow(expect.objectContaining({ code: 'batch-not-free' }));
  });
});

/** A network without parameters. */
function fixed(apply: Network['apply']): Network {
  return { parameters: new Map(), apply: (...inputs) => tidy(() => apply(...inputs)) };
}
