import '@tensorflow/tfjs-backend-cpu';
import { add, mul, norm, setBackend, sub, type Tensor } from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { key, normal, type Objective } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { implicitScoreMatching, slicedScoreMatching } from '@tweedie/losses';
import { mlp, unet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { eager } from '@tweedie/training';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiled } from './compiled.js';
import type { Engine } from './engine.js';

let engine: Engine;
beforeAll(async () => {
  await setBackend('cpu');
  engine = await onnxRuntime({ threads: 1 });
});
afterAll(() => engine.close());

const diffused = { process: variancePreserving(clamped(cosine(), { min: -6, max: 6 })), parameterization: v() };
const perceptron = mlp({ key: key(0), width: 16, layers: 2, embedding: 8 });
const images = unet({ key: key(1), channels: 1, widths: [4, 4], blocks: 1, attention: [1], groups: 2, embedding: 8 });

/** Holds the compiled loss and gradients of an objective against those of tfjs. */
async function agree<Inputs>(objective: Objective<{ readonly x: Tensor }, Inputs>, shape: readonly number[]): Promise<void> {
  for (const variable of objective.parameters.values()) variable.assign(add(variable, mul(normal(key(2), variable.shape), 0.05))); // no layer is zero
  const inputs = await objective.prepare({ x: normal(key(3), [4, ...shape]) }, key(4));
  const [expected, actual] = [await eager(objective)(inputs), await compiled(engine)(objective)(inputs)];
  expect(actual.loss.dataSync()[0]).toBeCloseTo(expected.loss.dataSync()[0] ?? Number.NaN, 4);
  expect(Object.keys(actual.gradients)).toEqual(Object.keys(expected.gradients));
  for (const [name, gradient] of Object.entries(expected.gradients)) {
    const difference = norm(sub(actual.gradients[name] ?? Number.NaN, gradient)).dataSync()[0];
    expect(difference, name).toBeLessThan(1e-5 + 1e-4 * (norm(gradient).dataSync()[0] ?? Number.NaN));
  }
}

describe('score matching, which differentiates the network twice, compiles', () => {
  test('implicit, of a perceptron', () => agree(implicitScoreMatching({ network: perceptron, diffused }), [2]));
  test('sliced, of a U-Net with attention', () => agree(slicedScoreMatching({ network: images, diffused }), [4, 4, 1]));
});
