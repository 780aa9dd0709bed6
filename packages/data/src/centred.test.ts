import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { centred, meanOf } from './centred.js';
import { labelledImages } from './images.js';

it('moves the mean to zero, leaves labels, leaks nothing', async () => {
  await setBackend('cpu');
  const images = labelledImages({
    pixels: Uint8Array.of(0, 255, 51, 0),
    labels: Uint8Array.of(3, 4),
    height: 1,
    width: 2,
    channels: 1,
  });
  expect(meanOf(images)).toBeCloseTo(-0.4, 12);
  const before = memory().numTensors;
  const { x, condition } = centred(images, meanOf(images)).batch([0, 1]);
  expect(memory().numTensors).toBe(before + 2);
  expect([...condition.dataSync()]).toEqual([3, 4]);
  const values = [...x.dataSync()];
  expect(values.reduce((sum, value) => sum + value)).toBeCloseTo(0, 6);
  for (const [i, value] of [-0.6, 1.4, -0.2, -0.6].entries()) expect(values[i]).toBeCloseTo(value, 6);
});
