import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dataUrl } from '@tweedie/goldens';
import { describe, expect, test } from 'vitest';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { openFile } from './node.js';

// Written by PyTorch's side of the format; the shapes come from the models themselves.
const networks = [
  'autoencoder-kl-16',
  'dit-8',
  'edm-ddpmpp-16',
  'edm-ncsnpp-16',
  'unet2d-class-16',
  'unet2d-condition-8',
  'unet2d-ddpm-style-8',
  'unet2d-uncond-16',
];

describe.each(networks)('%s', (network) => {
  const path = fileURLToPath(dataUrl(`networks/${network}.weights.safetensors`));
  const description = readFile(dataUrl(`networks/${network}.json`), 'utf8').then((text) => JSON.parse(text));

  test('has the names and shapes of the peer', async () => {
    const { weight_shapes: shapes, parameter_count: count } = await description;
    const file = await openFile(path);
    expect(Object.fromEntries([...file.tensors].map(([name, { shape }]) => [name, shape]))).toEqual(shapes);
    expect([...file.tensors.values()].every(({ dtype }) => dtype === 'F32')).toBe(true);
    expect(
      [...file.tensors.values()].reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0),
    ).toBeGreaterThanOrEqual(count);
    await file.close();
  });

  test('is the same after reading and writing', async () => {
    const { tensors } = decode(new Uint8Array(await readFile(path)));
    const again = decode(encode(tensors)).tensors;
    expect(again.size).toBe(tensors.size);
    for (const [name, { data }] of tensors) {
      expect(again.get(name)?.data).toEqual(data);
      expect(data.every((value) => Number.isFinite(Number(value)))).toBe(true);
    }
  });
});
