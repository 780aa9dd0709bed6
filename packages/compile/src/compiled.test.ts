import '@tensorflow/tfjs-backend-cpu';
import {
  memory,
  mul,
  type Scalar,
  scalar,
  setBackend,
  square,
  sum,
  type Tensor1D,
  tensor1d,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { disposeAll, foldIn, key, normal, type Objective } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { train } from '@tweedie/training';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiled } from './compiled.js';
import type { Engine } from './engine.js';

let engine: Engine;
beforeAll(async () => {
  await setBackend('cpu');
  engine = await onnxRuntime({ threads: 1 });
});
afterAll(() => engine.close());

const a: Variable = variable(tensor1d([1, 2]));
const objective: Objective<undefined, { readonly x: Tensor1D; readonly factor: number }> = {
  parameters: new Map([
    ['layer.a', a],
    ['idle', variable(scalar(1))],
  ]),
  prepare: () => ({ x: tensor1d([10, -1]), factor: 3 }),
  evaluate: ({ x, factor }) => {
    const perExample = mul<Tensor1D>(mul(square(a), x), factor);
    return { loss: sum<Scalar>(perExample), perExample, metrics: { size: sum<Scalar>(x) } };
  },
};

describe('compiled', () => {
  const evaluated = async (inputs: { x: Tensor1D; factor: number }, evaluate = compiled(engine)(objective)) => {
    const { loss, perExample, metrics, gradients } = await evaluate(inputs);
    const result = {
      loss: loss.dataSync()[0],
      perExample: [...(perExample?.dataSync() ?? [])],
      size: metrics?.size?.dataSync()[0],
      gradients: Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, [...gradient.dataSync()]])),
    };
    disposeAll(loss, perExample, metrics, gradients);
    return result;
  };

  test('gives the loss, the extras and the gradients by parameter name, at the present parameters', async () => {
    const evaluate = compiled(engine)(objective);
    const x = tensor1d([10, -1]);
    expect(await evaluated({ x, factor: 3 }, evaluate)).toEqual({
      loss: 18,
      perExample: [30, -12],
      size: 9,
      gradients: { 'layer.a': [60, -12] },
    });
    // A number is part of the graph, and another number another graph.
    expect(await evaluated({ x, factor: 1 }, evaluate)).toMatchObject({ loss: 6 });
    const two = tensor1d([2, 2]);
    a.assign(two);
    expect(await evaluated({ x, factor: 3 }, evaluate)).toMatchObject({ loss: 108, gradients: { 'layer.a': [120, -12] } });
    const one = tensor1d([1, 2]);
    a.assign(one);
    disposeAll(x, two, one);
  });

  test('leaves its result and nothing else, also when it fails', async () => {
    const x = tensor1d([1, 1]);
    const before = memory().numTensors;
    const result = await compiled(engine)(objective)({ x, factor: 3 });
    expect(memory().numTensors).toBe(before + 4);
    disposeAll(result);
    const broken = compiled(engine)({
      ...objective,
      evaluate: (inputs) => {
        const { loss } = objective.evaluate(inputs);
        return { loss: scalar(loss.dataSync()[0] ?? 0) };
      },
    });
    await expect(broken({ x, factor: 3 })).rejects.toMatchObject({ code: 'traced-tensor-read' });
    expect(memory().numTensors).toBe(before);
    x.dispose();
  });

  test('answers calls made at once in their order, each with its own inputs', async () => {
    const evaluate = compiled(engine)(objective);
    const results = await Promise.all(
      [1, 2, 3, 4].map(async (value) => {
        const x = tensor1d([value, 0]);
        const { loss } = await evaluated({ x, factor: 1 }, evaluate);
        x.dispose();
        return loss;
      }),
    );
    expect(results).toEqual([1, 2, 3, 4]);
  });

  test('holds its memory over 200 steps', async () => {
    const network = mlp({ key: key(0) });
    const forward = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
    const batches = function* (from: number) {
      for (let i = from; ; i++) yield { x: normal(foldIn(key(7), i), [128, 2]) };
    };
    const run = {
      objective: diffusionLoss({ network, process: forward, parameterization: v() }),
      differentiate: compiled(engine),
      batches,
      steps: 400,
      key: key(1),
      logEvery: 1000,
    };
    // The first 200 fill caches and the heap.
    const [tensors, bytes] = [new Set<number>(), [] as number[]];
    for await (const { step } of train(run)) {
      if (step < 200 || step === run.steps) continue;
      tensors.add(memory().numTensors);
      if (step % 100 === 0 || step === run.steps - 1) bytes.push(process.memoryUsage().rss);
    }
    expect(tensors.size).toBe(1);
    const growth = (bytes.at(-1) ?? 0) - (bytes[0] ?? 0);
    console.log(`resident memory grew by ${(growth / 2 ** 20).toFixed(1)} MiB in 200 steps`);
    // A leak of the results alone would be 30 MiB.
    expect(growth).toBeLessThan(24 * 2 ** 20);
  });
});
