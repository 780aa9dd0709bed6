import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalid } from '@tweedie/core';
import { expect, it } from 'vitest';
import { expectWritable, reading, writing } from './files.js';

const folder = mkdtempSync(join(tmpdir(), 'tweedie-files-'));
const regular = join(folder, 'regular');
writeFileSync(regular, 'kept');

it('says in one line which file, why, and what to do', async () => {
  const below = join(regular, 'a', 'b');
  await expect(reading(below, () => readFile(below))).rejects.toMatchObject({
    code: 'file-unreadable',
    message: `cannot read ${below}: a file is where a folder should be; restore it, or choose another folder`,
  });
  await expect(writing(below, () => writeFile(below, ''))).rejects.toMatchObject({ code: 'file-unwritable' });
  await expect(expectWritable(folder)).rejects.toThrow('a folder is where a file should be');
  expect(readFileSync(regular, 'utf8')).toBe('kept');
});

it('names the file whose contents are wrong', async () => {
  const read = () => Promise.reject(invalid('no-header', 'it has no header'));
  await expect(reading('x', read)).rejects.toMatchObject({
    code: 'file-damaged',
    message: expect.stringMatching(/^x: it has no/),
  });
});

it('lets through what it cannot explain', async () => {
  await expect(reading('x', () => Promise.reject(new TypeError('a bug')))).rejects.toThrow(/^a bug$/);
  await expect(writing(regular, () => Promise.reject(new TypeError('a bug')))).rejects.toThrow(/^a bug$/);
});

it('makes the folders on the way', async () => {
  const deep = join(folder, 'one', 'two', 'three');
  await writing(deep, () => writeFile(deep, 'here'));
  expect(readFileSync(deep, 'utf8')).toBe('here');
});

it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
  await expect(expectWritable('/proc/no/such/folder')).rejects.toMatchObject({ code: 'file-unwritable' });
});

it.runIf(process.platform === 'linux')('says that the disk is full', async () => {
  await expect(writing('/dev/full', () => writeFile('/dev/full', 'x'))).rejects.toThrow(
    'cannot write /dev/full: the disk is full',
  );
});
