import '@tensorflow/tfjs-backend-cpu';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend, tensor, variable } from '@tensorflow/tfjs-core';
import { decode, encode } from '@tweedie/weights';
import { beforeAll, expect, it } from 'vitest';
import { runFolder } from './run-file.js';
import { loadWeights, saveWeights } from './weights-file.js';

beforeAll(() => setBackend('cpu'));

const folder = runFolder(mkdtempSync(join(tmpdir(), 'tweedie-weights-')));
const file = folder.file('model.safetensors');

function model(values: number[]) {
  const weights = variable(tensor(values));
  return { weights, network: { parameters: new Map([['w', weights]]), apply: () => weights.clone() } };
}

it('reads what it wrote', async () => {
  await saveWeights(model([1, -2, 0.1]), folder);
  const other = model([0, 0, 0]);
  await loadWeights(other, folder);
  expect([...(await other.weights.data())]).toEqual([1, -2, Math.fround(0.1)]);
});

it('refuses a file with one bit flipped, cut short, or of another model; the model stays as it was', async () => {
  await saveWeights(model([1, 2, 3]), folder);
  const good = readFileSync(file);
  const flipped = Buffer.from(good);
  flipped[flipped.length - 3] = (flipped.at(-3) ?? 0) ^ 1;
  const kept = model([7, 8, 9]);
  for (const bytes of [flipped, good.subarray(0, -4), Buffer.alloc(0)]) {
    writeFileSync(file, bytes);
    await expect(loadWeights(kept, folder)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringContaining(file),
    });
  }
  writeFileSync(file, good);
  await expect(loadWeights(model([1]), folder)).rejects.toMatchObject({ code: 'file-damaged' });
  expect([...(await kept.weights.data())]).toEqual([7, 8, 9]);
});

it('accepts weights that carry no checksum', async () => {
  await saveWeights(model([4, 5]), folder);
  writeFileSync(file, encode(decode(readFileSync(file)).tensors));
  const other = model([0, 0]);
  await loadWeights(other, folder);
  expect([...(await other.weights.data())]).toEqual([4, 5]);
});
