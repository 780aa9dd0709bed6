/** Networks whose output has other channels than their input, as those with a learned variance. */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { key, type Network, normal } from '@tweedie/core';
import { beforeAll, expect, it } from 'vitest';
import { compactUnet } from './compact-unet.js';
import { mlp } from './mlp.js';
import { unet } from './unet.js';

beforeAll(() => setBackend('cpu'));

const image = [8, 8, 3] as const;
const sizes = { key: key(0), widths: [8, 16], groups: 4, embedding: 16 };

it.each<[string, readonly number[], (outputs?: number) => Network]>([
  ['mlp', [3], (outputs) => mlp({ key: key(0), features: 3, width: 8, ...(outputs && { outputs }) })],
  ['unet', image, (outputs) => unet({ ...sizes, channels: 3, ...(outputs && { outputs }) })],
  ['compactUnet', image, (outputs) => compactUnet({ ...sizes, image, ...(outputs && { outputs }) })],
])('%s gives as many channels as it is asked for, and has them in its last layer alone', (_, shape, make) => {
  const [plain, doubled] = [make(), make(6)];
  const x = normal(key(1), [2, ...shape]);
  expect(doubled.apply(x, tensor1d([0.1, 0.9]), undefined).shape).toEqual([2, ...shape.slice(0, -1), 6]);
  const changed = [...plain.parameters].filter(([name, { size }]) => doubled.parameters.get(name)?.size !== size);
  expect(changed.map(([name]) => name.split('.')[0])).toEqual(changed.map(() => (shape.length === 1 ? 'out' : 'conv_out')));
  expect(changed.length).toBe(2);
  for (const [name, { size }] of changed) expect(doubled.parameters.get(name)?.size).toBe(2 * size);
});
