import * as tf from '@tensorflow/tfjs-core';
import { key, normal } from '@tweedie/core';
import { checkCurvature } from '@tweedie/losses';
import { unet } from '@tweedie/networks';
import { beforeAll, expect, it } from 'vitest';
import { setUp } from '../test/compare.js';

beforeAll(() => setUp());

it('a U-Net can be trained through its derivative by x, whose kernels have no derivative of their own', async () => {
  await tf.setBackend('wasm');
  const network = unet({ key: key(1), channels: 1, widths: [8, 8], blocks: 1, attention: [1], groups: 4, embedding: 8 });
  const noise = tf.tensor1d([0.2, 0.7]);
  const field = (x: tf.Tensor): tf.Tensor => network.apply(x, noise, undefined);
  await expect(checkCurvature(field, network.parameters, normal(key(2), [2, 8, 8, 1]), key(4))).resolves.toBeUndefined();
});
