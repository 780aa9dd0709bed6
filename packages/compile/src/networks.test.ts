/** Whole training steps and forward passes of every network, compiled, against the eager ones. */
import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  concat,
  norm as euclideanNorm,
  fill,
  memory,
  mul,
  type Rank,
  reshape,
  setBackend,
  sum,
  type Tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { onnxRuntime } from '@tweedie/compile/node';
import { disposeAll, foldIn, type Gradients, key, type Network, normal, registerGradients, useBackend } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { compactUnet, mlp, unet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { adamW, eager, train } from '@tweedie/training';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labels, largest, moved } from '../test/moved.js';
import { compiled } from './compiled.js';
import { compiledNetwork } from './compiled-network.js';
import type { Engine } from './engine.js';
import { portable } from './lower.js';

let engine: Engine;
beforeAll(async () => {
  registerGradients();
  await setBackend('cpu');
  engine = await onnxRuntime({ threads: 2 });
});
afterAll(() => engine.close());

const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));

interface Case<C> {
  readonly network: () => Network<C>;
  readonly shape: readonly number[];
  readonly condition: (batch: number) => C;
}
const unconditional = <T extends Omit<Case<undefined>, 'condition'>>(rest: T): T & Case<undefined> => ({
  ...rest,
  condition: () => undefined,
});

const cases = {
  mlp: unconditional({ network: () => mlp({ key: key(1) }), shape: [2] }),
  unet: unconditional({ network: () => unet({ key: key(1), widths: [8, 24], groups: 4, embedding: 32 }), shape: [4, 6, 1] }),
  'unet whose channels fill blocks': unconditional({
    network: () => unet({ key: key(1), widths: [16, 32], attention: [0, 1], embedding: 32, channels: 3 }),
    shape: [6, 8, 3],
  }),
  'unet with classes, of patches': {
    network: () => unet({ key: key(1), widths: [8, 16], classes: 4, patch: 2, channels: 2, embedding: 16 }),
    shape: [8, 12, 2],
    condition: (batch: number) => labels(batch, 4),
  },
  compactUnet: unconditional({
    network: () => compactUnet({ key: key(1), image: [12, 8, 1], widths: [8, 16] }),
    shape: [12, 8, 1],
  }),
  'compactUnet with classes': {
    network: () => compactUnet({ key: key(1), image: [8, 8, 3], widths: [16, 32], classes: 10, blocks: [1, 2, 1] }),
    shape: [8, 8, 3],
    condition: (batch: number) => labels(batch, 10),
  },
} as const;

/** The norm of all gradients together. */
function norm(gradients: Gradients['gradients']): number {
  return tidy(() => Math.hypot(...Object.values(gradients).map((gradient) => euclideanNorm(gradient).dataSync()[0] ?? 0)));
}

function expectSame(actual: Gradients, expected: Gradients): void {
  expect(Object.keys(actual.gradients)).toEqual(Object.keys(expected.gradients));
  const [loss = Number.NaN] = expected.loss.dataSync();
  expect(Math.abs((actual.loss.dataSync()[0] ?? Number.NaN) / loss - 1)).toBeLessThanOrEqual(1e-6);
  const whole = norm(expected.gradients);
  for (const [name, gradient] of Object.entries(expected.gradients)) {
    const [values, own] = [gradient.dataSync(), actual.gradients[name]];
    expect(own?.shape).toEqual(gradient.shape);
    const error = largest(own?.dataSync() ?? [], values);
    expect(error, name).toBeLessThanOrEqual(Math.max(1e-5 * largest(values), 1e-6 * whole));
  }
}

describe.each(Object.entries<Case<Tensor | undefined>>(cases))('%s', (_, { network: make, shape, condition }) => {
  test('has the loss and the gradients of the eager step, in both dialects', async () => {
    const network = moved(make());
    const objective = diffusionLoss({ network, process, parameterization: v() });
    const speaking = [engine, { ...engine, dialect: portable }].map((one) => compiled(one)(objective));
    // The last batch is shorter
    for (const batch of [2, 1]) {
      const [x, given] = [normal(key(5), [batch, ...shape]), condition(batch)];
      const inputs = await objective.prepare({ x, condition: given }, key(6));
      const expected = await eager(objective)(inputs);
      const each = expected.perExample?.dataSync() ?? [];
      for (const differentiate of speaking) {
        const actual = await differentiate(inputs);
        expectSame(actual, expected);
        expect(largest(actual.perExample?.dataSync() ?? [], each)).toBeLessThanOrEqual(2e-6 * largest(each));
        disposeAll(actual);
      }
      disposeAll(x, given, inputs, expected);
    }
    disposeAll([...network.parameters.values()]);
  });

  test('is the same network when it is compiled, for several sizes of batch', () => {
    const network = moved(make());
    const fast = compiledNetwork(network, engine);
    for (const batch of [1, 4, 3, 4])
      tidy(() => {
        const [x, noise, given] = [normal(key(batch), [batch, ...shape]), fill<Rank.R1>([batch], 0.3), condition(batch)];
        const [actual, expected] = [fast.apply(x, noise, given), network.apply(x, noise, given)];
        expect(actual.shape).toEqual(expected.shape);
        const values = expected.dataSync();
        expect(largest(actual.dataSync(), values)).toBeLessThanOrEqual(1e-5 * largest(values));
      });
    fast.dispose();
    disposeAll([...network.parameters.values()]);
  });
});

describe('compiledNetwork', () => {
  const network: Network<{ readonly shift: Tensor; readonly more: readonly Tensor[] } | undefined> = {
    parameters: mlp({ key: key(0), layers: 1, width: 4 }).parameters,
    apply: (x, noise, condition) =>
      tidy(() => {
        const [weight] = [...network.parameters.values()];
        const scaled = mul(x, mul(reshape(noise, [-1, 1]), sum(weight as Tensor)));
        return condition === undefined ? scaled : add(scaled, add(condition.shift, concat([...condition.more], 1)));
      }),
  };
  const [x, noise] = [normal(key(1), [3, 2]), tensor1d([0.1, 0.2, 0.3])];
  const condition = { shift: normal(key(2), [3, 2]), more: [normal(key(3), [3, 1]), normal(key(4), [3, 1])] };

  test.each([
    ['none', undefined],
    ['a record of tensors', condition],
  ])('takes %s for a condition', (_, given) => {
    const fast = compiledNetwork(network, engine);
    tidy(() => {
      const expected = network.apply(x, noise, given).dataSync();
      expect(largest(fast.apply(x, noise, given).dataSync(), expected)).toBeLessThanOrEqual(1e-6 * largest(expected));
    });
    fast.dispose();
  });

  test('shares a batch among engines', async () => {
    const second = await onnxRuntime({ threads: 1 });
    const fast = compiledNetwork(network, [engine, second]);
    tidy(() => {
      const [actual, expected] = [fast.apply(x, noise, condition), network.apply(x, noise, condition).dataSync()];
      expect(actual.shape).toEqual([3, 2]);
      expect(largest(actual.dataSync(), expected)).toBeLessThanOrEqual(1e-6 * largest(expected));
    });
    fast.dispose();
    await second.close();
  });

  test('keeps its weights until it is refreshed, and leaves one tensor for each call', () => {
    const other = mlp({ key: key(0) });
    const fast = compiledNetwork(other, engine);
    const call = (): number[] => tidy(() => [...fast.apply(x, noise, undefined).dataSync()]);
    const before = call();
    for (const parameter of other.parameters.values()) tidy(() => parameter.assign(mul(parameter, 0.5)));
    const tensors = memory().numTensors;
    expect(call()).toEqual(before);
    fast.refresh();
    const [after, expected] = [call(), tidy(() => other.apply(x, noise, undefined).dataSync())];
    expect(largest(after, expected)).toBeLessThanOrEqual(1e-5 * largest(expected));
    expect(largest(before, expected)).toBeGreaterThan(0.1 * largest(expected));
    expect(memory().numTensors).toBe(tensors);
    fast.apply(x, noise, undefined).dispose();
    expect(memory().numTensors).toBe(tensors);
    fast.dispose();
  });
});

test.each([
  ['mlp', () => mlp({ key: key(0), width: 64 }), [32, 2]],
  ['compactUnet', () => compactUnet({ key: key(0), image: [8, 8, 1], widths: [16, 32], groups: 4, embedding: 32 }), [8, 8, 8, 1]],
] as const)('50 steps of %s go the same way', async (_, make, shape) => {
  await useBackend(wasm());
  try {
    const curves: number[][] = [];
    for (const differentiate of [eager, compiled(engine)]) {
      const network = make();
      const losses: number[] = [];
      const batches = function* (from: number) {
        for (let i = from; ; i++) yield { x: normal(foldIn(key(7), i), shape) };
      };
      const objective = diffusionLoss({ network, process, parameterization: v() });
      const options = { objective, differentiate, batches, steps: 50, key: key(1), logEvery: 1, optimizer: adamW() };
      for await (const { loss } of train(options)) losses.push(loss ?? Number.NaN);
      curves.push(losses);
    }
    const [eagerly = [], fast = []] = curves;
    expect(eagerly).toHaveLength(50);
    expect(new Set(eagerly).size).toBeGreaterThan(45);
    for (const [i, loss] of eagerly.entries())
      expect(Math.abs((fast[i] ?? Number.NaN) / loss - 1), `step ${i + 1}`).toBeLessThan(1e-4);
  } finally {
    await setBackend('cpu');
  }
});
