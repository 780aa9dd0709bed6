import { mkdtemp, readdir, readFile, rm, writeFile as write } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode, encodeChunks } from './encode.js';
import { openFile, writeFile } from './node.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensors = new Map([['w', { shape: [1000], data: Float32Array.from({ length: 1000 }, (_, i) => i) }]]);

test('writes and reads a file, and replaces an older one', async () => {
  const path = join(folder, 'a.safetensors');
  await writeFile(path, [new Uint8Array(5)]);
  await writeFile(path, encodeChunks(tensors));
  expect(Buffer.compare(await readFile(path), encode(tensors))).toBe(0);
  const file = await openFile(path);
  expect((await file.read('w')).data).toEqual(tensors.get('w')?.data);
  await file.close();
});

test('a failure in the middle leaves the old file and nothing else', async () => {
  const path = join(folder, 'b.safetensors');
  await write(path, 'old');
  async function* failing() {
    yield new Uint8Array(100);
    throw new Error('the device is gone');
  }
  await expect(writeFile(path, failing())).rejects.toThrow('the device is gone');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test("a folder that is a file is the system's error, with its path", async () => {
  const path = join(folder, 'c');
  await write(path, '');
  await expect(writeFile(join(path, 'x.safetensors'), [])).rejects.toThrow(/ENOTDIR.*c/);
});

test('a damaged file is closed and named by code', async () => {
  const path = join(folder, 'd.safetensors');
  await write(path, encode(tensors).subarray(0, 200));
  await expect(openFile(path)).rejects.toMatchObject({ code: 'data-truncated' });
});
