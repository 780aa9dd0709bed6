import '@tensorflow/tfjs-backend-cpu';
import {
  customGrad,
  memory,
  mul,
  type Scalar,
  scalar,
  setBackend,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { disposeAll, type Objective } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { eager } from './eager.js';

beforeAll(() => setBackend('cpu'));

const a: Variable = variable(tensor1d([1, 2]));
const frozen = variable(scalar(3), false);
const idle = variable(scalar(1));
const objective: Objective<undefined, { readonly x: Tensor1D }> = {
  parameters: new Map([
    ['layer.a', a],
    ['frozen', frozen],
    ['idle', idle],
  ]),
  prepare: () => ({ x: tensor1d([10, -1]) }),
  evaluate: ({ x }) => {
    const perExample = mul<Tensor1D>(mul(square(a), x), frozen);
    return { loss: sum<Scalar>(perExample), perExample, metrics: { size: sum<Scalar>(x) } };
  },
};

const evaluate = eager(objective);

function fail(_: Tensor): never {
  throw new Error('no way');
}

describe('eager', () => {
  test('gives the loss, the extras and the gradients by parameter name', async () => {
    const { loss, perExample, metrics, gradients } = await evaluate({ x: tensor1d([10, -1]) });
    expect(loss.dataSync()[0]).toBe(18);
    expect([...(perExample?.dataSync() ?? [])]).toEqual([30, -12]);
    expect(metrics?.size?.dataSync()[0]).toBe(9);
    expect(Object.keys(gradients)).toEqual(['layer.a']);
    expect([...(gradients['layer.a']?.dataSync() ?? [])]).toEqual([60, -12]);
  });

  test('leaves its result and nothing else, and inside a tidy nothing at all', async () => {
    const x = tensor1d([1, 1]);
    const before = memory().numTensors;
    const result = await evaluate({ x });
    expect(memory().numTensors - before).toBe(4);
    disposeAll(result);
    expect(memory().numTensors).toBe(before);
    tidy(() => void evaluate({ x }));
    expect(memory().numTensors).toBe(before);
  });

  test.each([
    ['the loss', (loss: Scalar): Scalar => fail(loss)],
    ['its gradient', customGrad((...[loss]) => ({ value: square(loss as Tensor), gradFunc: (dy: Tensor) => fail(dy) }))],
  ])('leaves nothing when %s fails', (_, failing) => {
    const x = tensor1d([1, 1]);
    const broken = eager({ ...objective, evaluate: (inputs) => ({ loss: failing(objective.evaluate(inputs).loss) as Scalar }) });
    const before = memory().numTensors;
    expect(() => broken({ x })).toThrow('no way');
    expect(memory().numTensors).toBe(before);
  });
});
