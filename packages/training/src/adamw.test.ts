import '@tensorflow/tfjs-backend-cpu';
import {
  type KernelConfig,
  memory,
  registerKernel,
  scalar,
  setBackend,
  type Tensor,
  tensor1d,
  tidy,
  unregisterKernel,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { adamW } from './adamw.js';
import type { Optimizer } from './optimizer.js';

beforeAll(() => setBackend('cpu'));

/** Values of one parameter after each of the given gradients. */
function run(
  optimizer: Optimizer,
  start: number[],
  gradients: readonly number[][],
  learningRate: number,
  scale?: number,
): number[][] {
  const parameters = new Map([['w', variable(tensor1d(start))]]);
  const state = optimizer.state(parameters);
  const path = gradients.map((gradient, i) =>
    tidy(() => {
      const extra = scale === undefined ? {} : { scale: scalar(scale) };
      optimizer.update(parameters, { w: tensor1d(gradient) }, state, { learningRate, step: i + 1, ...extra });
      return [...(parameters.get('w')?.dataSync() ?? [])];
    }),
  );
  for (const variable of [...parameters.values(), ...Object.values(state)]) variable.dispose();
  return path;
}

const close = (actual: readonly number[] | undefined, expected: readonly number[]) => {
  expect(actual?.length).toBe(expected.length);
  actual?.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6);
  });
};

describe('adamW', () => {
  test('under a constant gradient every step has the length of the learning rate', () => {
    const path = run(
      adamW(),
      [1, 1, 1],
      Array.from({ length: 30 }, () => [0.5, -20, 0]),
      0.01,
    );
    for (const [i, values] of path.entries()) close(values, [1 - 0.01 * (i + 1), 1 + 0.01 * (i + 1), 1]);
  });

  test('two different gradients: the closed form of both bias corrections', () => {
    const [beta1, beta2, epsilon, rate] = [0.8, 0.95, 0.1, 0.3];
    const [a, b] = [2, -0.5];
    const path = run(adamW({ beta1, beta2, epsilon }), [0], [[a], [b]], rate);
    const first = (-rate * a) / (a + epsilon);
    const second = (-rate * ((beta1 * a + b) / (1 + beta1))) / (Math.sqrt((beta2 * a ** 2 + b ** 2) / (1 + beta2)) + epsilon);
    close(path[0], [first]);
    close(path[1], [first + second]);
  });

  test('weight decay shrinks what has no gradient, by learning rate times decay', () => {
    const path = run(
      adamW({ weightDecay: 0.5 }),
      [4],
      Array.from({ length: 5 }, () => [0]),
      0.1,
    );
    close(path[4], [4 * 0.95 ** 5]);
  });

  test('`scale` multiplies the gradients', () => {
    const options = { epsilon: 1 };
    expect(run(adamW(options), [1], [[3], [-1]], 0.1, 0.25)).toEqual(run(adamW(options), [1], [[0.75], [-0.25]], 0.1));
  });

  test('a parameter without gradient stays, and nothing is left behind', () => {
    const parameters = new Map([
      ['a', variable(tensor1d([1, 2]))],
      ['b', variable(tensor1d([3]))],
    ]);
    const optimizer = adamW({ weightDecay: 1 });
    const state = optimizer.state(parameters);
    expect(Object.keys(state).sort()).toEqual(['m.a', 'm.b', 'v.a', 'v.b']);
    const gradient = tensor1d([1, 1]);
    const before = memory().numTensors;
    optimizer.update(parameters, { a: gradient }, state, { learningRate: 0.1, step: 1 });
    expect(memory().numTensors).toBe(before);
    expect([...(parameters.get('b')?.dataSync() ?? [])]).toEqual([3]);
  });

  test('a kernel of the backend is used where there is one', () => {
    const calls: unknown[] = [];
    const kernel: KernelConfig = {
      kernelName: 'AdamW',
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs, backend }) => {
        calls.push({ names: Object.keys(inputs).sort(), ...attrs });
        const make = (values: number[]) => ({
          dataId: (backend as unknown as { write: (...args: unknown[]) => object }).write(
            Float32Array.from(values),
            [1],
            'float32',
          ),
          shape: [1],
          dtype: 'float32' as const,
        });
        return [make([5]), make([6]), make([7])];
      },
    };
    registerKernel(kernel);
    try {
      expect(run(adamW({ weightDecay: 0.1 }), [1], [[1]], 0.2)).toEqual([[5]]);
      expect(calls).toEqual([
        {
          names: ['gradient', 'm', 'parameter', 'scale', 'v'],
          learningRate: 0.2,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0.1,
          step: 1,
        },
      ]);
    } finally {
      unregisterKernel('AdamW', 'cpu');
    }
  });

  test.each([
    ['beta-out-of-range', { beta1: 1 }],
    ['beta-out-of-range', { beta2: -0.1 }],
    ['beta-out-of-range', { beta1: Number.NaN }],
    ['epsilon-not-positive', { epsilon: 0 }],
    ['weight-decay-negative', { weightDecay: -1 }],
  ])('refuses with %s: %j', (code, options) => {
    expect(() => adamW(options)).toThrow(expect.objectContaining({ code }));
  });

  test('refuses a state of other parameters', () => {
    const parameters: ReadonlyMap<string, Variable> = new Map([['a', variable(tensor1d([1]))]]);
    const gradients: Record<string, Tensor> = { a: tensor1d([1]) };
    expect(() => adamW().update(parameters, gradients, {}, { learningRate: 1, step: 1 })).toThrow(
      expect.objectContaining({ code: 'state-missing' }),
    );
  });
});
