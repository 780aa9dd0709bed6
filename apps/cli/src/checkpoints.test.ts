import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, normals } from '@tweedie/core';
import type { Checkpoint } from '@tweedie/training';
import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { checkpoints } from './checkpoints.js';
import { type RunFolder, runFolder } from './run-file.js';

let folder: RunFolder;
let said: string[] = [];
beforeEach(() => {
  folder = runFolder(mkdtempSync(join(tmpdir(), 'tweedie-checkpoints-')));
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});

const at = (step: number): Checkpoint => ({
  step,
  key: [0, 1],
  tensors: new Map([['parameters.w', { dtype: 'F32', shape: [16, 16], data: Float32Array.from(normals(key(step), 256)) }]]),
  history: [{ step, loss: 1 / step }],
  pending: { count: 0, sums: {} },
});
const name = (step: number) => `checkpoint-${String(step).padStart(6, '0')}.safetensors`;

it('keeps the last few, by number and not by name, and gives the newest', async () => {
  const { save, latest } = checkpoints(folder, 3);
  expect(await latest()).toBeUndefined();
  for (const step of [999_998, 999_999, 1_000_000, 1_000_001]) await save(at(step));
  expect(readdirSync(folder.path).sort()).toEqual([name(1_000_000), name(1_000_001), name(999_999)]);
  expect(await latest()).toEqual(at(1_000_001));
});

it('goes on from the one before a damaged one, names it and removes it', async () => {
  const { save, latest } = checkpoints(folder, 3);
  for (const step of [10, 20, 30]) await save(at(step));
  writeFileSync(folder.file(name(30)), 'garbage');
  expect(await latest()).toEqual(at(20));
  expect(said).toEqual([`${folder.file(name(30))} was damaged and is removed; going on from ${name(20)}, which is whole.\n`]);
  await save(at(25));
  expect(readdirSync(folder.path).sort()).toEqual([name(10), name(20), name(25)]);
});

it('says so where all are damaged, and removes none', async () => {
  const { save, latest } = checkpoints(folder, 3);
  for (const step of [10, 20]) {
    await save(at(step));
    writeFileSync(folder.file(name(step)), '');
  }
  await expect(latest()).rejects.toMatchObject({
    code: 'checkpoints-damaged',
    message: expect.stringMatching(
      /000020\.safetensors: .*, and nor can|000020\.safetensors: the checkpoint cannot be used: .*; restore one, or start over with --fresh$/,
    ),
  });
  expect(readdirSync(folder.path).sort()).toEqual([name(10), name(20)]);
});

it('reads the one checkpoint of a run of version 3, and lets it go when there are enough others', async () => {
  const { save, latest } = checkpoints(folder, 2);
  await save(at(10));
  renameSync(folder.file(name(10)), folder.file('checkpoint.safetensors'));
  expect(await latest()).toEqual(at(10));
  await save(at(20));
  expect(existsSync(folder.file('checkpoint.safetensors'))).toBe(true);
  await save(at(30));
  expect(readdirSync(folder.path).sort()).toEqual([name(20), name(30)]);
});

it('refuses a file that is cut anywhere in its header, or at 200 other places, or has a bit flipped', async () => {
  const { save, latest } = checkpoints(folder, 1);
  await save(at(10));
  const path = folder.file(name(10));
  const whole = readFileSync(path);
  const header = 8 + Number(whole.readBigUInt64LE());
  const refused = async (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    await expect(latest()).rejects.toMatchObject({ code: 'checkpoints-damaged' });
  };
  for (let length = 0; length <= header; length++) await refused(whole.subarray(0, length));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), (length) => refused(whole.subarray(0, length))),
    { numRuns: 200, seed: 1 },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: header, max: whole.length - 1 }), fc.nat(7), (index, bit) => {
      const flipped = Buffer.from(whole);
      flipped[index] = (flipped[index] ?? 0) ^ (1 << bit);
      return refused(flipped);
    }),
    { numRuns: 200, seed: 2 },
  );
});
