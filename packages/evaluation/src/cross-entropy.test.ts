import '@tensorflow/tfjs-backend-cpu';
import { memory, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { crossEntropy } from './cross-entropy.js';

test('mean and standard error of a whole, however it is cut; what was pulled is freed', async () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const cuts of [[8], [3, 5], [1, 1, 6]]) {
    const seen: number[] = [];
    const batches = cuts.map((size, i) => {
      const start = cuts.slice(0, i).reduce((sum, each) => sum + each, 0);
      return { x: tensor1d(values.slice(start, start + size)) };
    });
    const { mean, standardError, count } = await crossEntropy<{ readonly x: Tensor1D }>(batches, ({ x }, first) => {
      seen.push(first);
      return x.dataSync();
    });
    expect(mean).toBeCloseTo(4.5, 12);
    expect(standardError).toBeCloseTo(Math.sqrt(6 / 8), 12); // their variance is 6
    expect(count).toBe(8);
    expect(seen.at(-1)).toBe(8 - (cuts.at(-1) ?? 0));
    expect(memory().numTensors).toBe(0);
  }
});

test('a far mean costs no digits', async () => {
  const { standardError } = await crossEntropy([[1e9, 1e9 + 1, 1e9 + 2]], (batch) => batch);
  expect(standardError).toBeCloseTo(Math.sqrt(1 / 3), 12);
});

test('no data is refused by name, and one example has no error', async () => {
  await expect(crossEntropy<number[]>([], (batch) => batch)).rejects.toMatchObject({ code: 'data-empty' });
  expect((await crossEntropy([[2]], (batch) => batch)).standardError).toBeNaN();
});
