import { add, mul, scalar, setBackend, square, sub, sum, tensor } from '@tensorflow/tfjs-core';
import { key, normals } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, on, present, random, run, setUp } from '../../test/compare.js';

describe.skipIf(!present)("the optimiser's kernels on WebGPU", () => {
  beforeAll(setUp);

  it.each([1, 3, 256, 1001])('AdamW makes the step of its paper, %d weights', async (count) => {
    const [learningRate, beta1, beta2, epsilon, weightDecay, step, scale] = [0.01, 0.9, 0.99, 1e-6, 0.1, 3, 0.5];
    const attributes = { learningRate, beta1, beta2, epsilon, weightDecay, step };
    const actual = await on('webgpu', () => {
      const [parameter, gradient, m, v] = [
        random([count], 0),
        random([count], 1),
        random([count], 2),
        square(random([count], 3)),
      ];
      return run('AdamW', { parameter, gradient, m, v, scale: scalar(scale) }, attributes);
    });
    const [p, g, m0, root] = [0, 1, 2, 3].map((seed) => normals(key(seed), count));
    for (let i = 0; i < count; i++) {
      const slope = scale * (g?.[i] ?? Number.NaN);
      const m1 = beta1 * (m0?.[i] ?? Number.NaN) + (1 - beta1) * slope;
      const v1 = beta2 * (root?.[i] ?? Number.NaN) ** 2 + (1 - beta2) * slope ** 2;
      const before = p?.[i] ?? Number.NaN;
      const update = m1 / (1 - beta1 ** step) / (Math.sqrt(v1 / (1 - beta2 ** step)) + epsilon);
      const expected = [before - learningRate * (update + weightDecay * before), m1, v1];
      for (const [j, value] of expected.entries())
        expect(Math.abs((actual[j]?.values[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(value)));
    }
  });

  it('Lerp goes part of the way', () =>
    expectSame(
      () => add(random([3, 7], 1), mul(0.25, sub(random([3, 7], 2), random([3, 7], 1)))),
      () => run('Lerp', { from: random([3, 7], 1), to: random([3, 7], 2) }, { weight: 0.25 }),
    ));

  it.each([1, 255, 4096, 4097, 70_000])('SquaredNorm adds up %d squares', (count) =>
    expectSame(
      () => add(sum(square(random([count]))), sum(square(random([2, 5], 1)))),
      () => run('SquaredNorm', { one: random([count]), another: random([2, 5], 1) }),
    ),
  );

  it('gradients of another size are refused', async () => {
    await setBackend('webgpu');
    const x = tensor([1, 2]);
    const inputs = { parameter: x, gradient: tensor([1]), m: x, v: x, scale: scalar(1) };
    expect(() => run('AdamW', inputs, { step: 1 })).toThrow(/must have the shape/);
  });
});
