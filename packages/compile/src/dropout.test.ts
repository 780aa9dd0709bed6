/** Dropout and conditions of several tensors in a compiled step: masks are ordinary inputs, so each step may have its own. */
import '@tensorflow/tfjs-backend-cpu';
import { add, mul, setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { type Gradients, key, normal, registerGradients } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { compactUnet, concatenated } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { eager } from '@tweedie/training';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiled } from './compiled.js';
import { compiledNetwork } from './compiled-network.js';
import type { Engine } from './engine.js';

let engine: Engine;
beforeAll(async () => {
  registerGradients();
  await setBackend('cpu');
  engine = await onnxRuntime({ threads: 1 });
});
afterAll(() => engine.close());

const sizes = { key: key(0), image: [8, 8, 2], outputs: 1, widths: [8, 16], groups: 4, embedding: 16 } as const;
const network = concatenated(compactUnet({ ...sizes, classes: 3, vector: 2, dropout: 0.3 }));
const condition = { image: normal(key(1), [2, 4, 4, 1]), label: tensor1d([1, 3], 'int32'), vector: normal(key(2), [2, 2]) };
const x = normal(key(3), [2, 8, 8, 1]);

test('a compiled step is the eager one, with the masks that each step has drawn', async () => {
  for (const [i, parameter] of [...network.parameters.values()].entries())
    tidy(() => parameter.assign(add(parameter, mul(normal(key(i), parameter.shape), 0.1))));
  const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
  const objective = diffusionLoss({ network, process, parameterization: v() });
  const fast = compiled(engine)(objective);
  const seen: number[] = [];
  // the noise of the first step, and other masks
  const [first, second] = await Promise.all([4, 5].map((seed) => objective.prepare({ x, condition }, key(seed))));
  if (first === undefined || second === undefined) throw new Error('nothing prepared');
  for (const inputs of [first, { ...first, masks: second.masks ?? [] }]) {
    const [actual, expected] = [await fast(inputs), await eager(objective)(inputs)];
    const lossOf = ({ loss }: Gradients): number => loss.dataSync()[0] ?? Number.NaN;
    expect(Math.abs(lossOf(actual) / lossOf(expected) - 1)).toBeLessThan(1e-5);
    const largest = (name: string) => Math.max(...(expected.gradients[name]?.dataSync().map(Math.abs) ?? []));
    const whole = Math.max(...Object.keys(expected.gradients).map(largest));
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      const values = actual.gradients[name]?.dataSync() ?? [];
      const error = Math.max(...gradient.dataSync().map((value, i) => Math.abs(value - (values[i] ?? Number.NaN))));
      expect(error, name).toBeLessThan(Math.max(1e-4 * largest(name), 1e-6 * whole));
    }
    seen.push(lossOf(actual));
  }
  expect(seen[0]).not.toBe(seen[1]);
});

test('a compiled network is told all of its condition', () => {
  const fast = compiledNetwork(network, engine);
  const noise = tensor1d([0.3, 0.6]);
  const expected = network.apply(x, noise, condition).dataSync();
  fast
    .apply(x, noise, condition)
    .dataSync()
    .forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    });
  fast.dispose();
});
