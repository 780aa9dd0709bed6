import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, tensor, zeros } from '@tensorflow/tfjs-core';
import { cosine } from '@tweedie/schedules';
import { describe, expect, test } from 'vitest';
import { perturb } from './perturb.js';
import { variancePreserving } from './variance-preserving.js';

const process = variancePreserving(cosine());

describe('perturb', () => {
  test('mixes data and noise at one level', async () => {
    const [x0, epsilon] = [tensor([1, 2, 3, 4], [2, 2]), tensor([10, 20, 30, 40], [2, 2])];
    // cosine at t = 1/3: alpha = cos 30°, sigma = sin 30°.
    const values = await perturb(x0, epsilon, process.at(1 / 3)).data();
    [1, 2, 3, 4].forEach((x, i) => {
      expect(values[i]).toBeCloseTo((x * Math.sqrt(3)) / 2 + 5 * x, 5);
    });
  });

  test('takes one level per sample', async () => {
    const [x0, epsilon] = [ones([3, 2, 2]), tensor(new Array(12).fill(-2), [3, 2, 2])];
    const noisy = perturb(x0, epsilon, [0, 0.5, 1].map(process.at));
    expect(noisy.shape).toEqual([3, 2, 2]);
    const values = [...(await noisy.data())];
    expect(values.slice(0, 4)).toEqual([1, 1, 1, 1]);
    for (const value of values.slice(4, 8)) expect(value).toBeCloseTo(-Math.SQRT1_2, 6);
    expect(values.slice(8)).toEqual([-2, -2, -2, -2]);
  });

  test('leaves exactly its result', () => {
    const [x0, epsilon] = [ones([2, 3]), zeros([2, 3])];
    const before = memory().numTensors;
    perturb(x0, epsilon, process.at(0.5)).dispose();
    expect(memory().numTensors).toBe(before);
    expect([x0.isDisposed, epsilon.isDisposed]).toEqual([false, false]);
  });

  test('refuses shapes that do not fit', () => {
    expect(() => perturb(ones([2, 3]), ones([2, 4]), process.at(0.5))).toThrow(
      '`epsilon` must have the shape of `x0`, [2,3], got [2,4]',
    );
    expect(() => perturb(ones([2, 3]), ones([2, 3]), [process.at(0.5)])).toThrow(
      expect.objectContaining({ code: 'levels-mismatch' }),
    );
  });
});
