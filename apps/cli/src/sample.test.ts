/** `tweedie sample` as it is called. */
import '@tensorflow/tfjs-backend-cpu';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSmallRun } from '../test/small-run.js';
import { seeds } from './command-lines/options.js';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie-sample-'));

function sample(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'sample', 'run', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  await setBackend('cpu');
  await writeSmallRun(join(folder, 'run'));
});

it('writes a folder of images with a list of them, and a film, and tells programs about all that', async () => {
  const { status, stdout, stderr } = sample(
    '--seed',
    '3,7,8-9',
    '--class',
    '2,0',
    '--out',
    'new/four/',
    '--trajectory',
    'four.gif',
    '--json',
  );
  expect([status, stderr]).toEqual([0, '']);
  const { files, ...told } = JSON.parse(stdout);
  const names = ['0-2.png', '1-0.png', '2-2.png', '3-0.png'];
  expect(files).toEqual([...names.map((name) => join('new/four', name)), join('new/four', 'samples.json'), 'four.gif']);
  expect(files.every((file: string) => existsSync(join(folder, file)))).toBe(true);
  expect(told.samples).toEqual([
    { seed: 3, class: '2', file: '0-2.png' },
    { seed: 7, class: '0', file: '1-0.png' },
    { seed: 8, class: '2', file: '2-2.png' },
    { seed: 9, class: '0', file: '3-0.png' },
  ]);
  expect(told).toMatchObject({ run: 'run', settings: { steps: 4 }, engine: expect.any(String), seconds: expect.any(Number) });
  expect(JSON.parse(readFileSync(join(folder, 'new/four/samples.json'), 'utf8'))).toEqual(told);
  expect(await sharp(join(folder, 'new/four/1-0.png')).metadata()).toMatchObject({ width: 8, height: 8, channels: 1 });
  expect(await sharp(join(folder, 'four.gif')).metadata()).toMatchObject({ pages: 4, delay: [100, 100, 100, 2000] });

  // alone, with another format and another place on the sheet, the second one is the same image
  expect(sample('--seed', '7', '--n', '1', '--class', '0', '--out', 'alone.webp').stdout).toBe('alone.webp\n');
  const [one, other] = await Promise.all([
    sharp(join(folder, 'new/four/1-0.png')).toColourspace('b-w').raw().toBuffer(),
    sharp(join(folder, 'alone.webp'))
      .extract({ left: 2, top: 2, width: 16, height: 16 })
      .resize(8, 8, { kernel: 'nearest' })
      .toColourspace('b-w')
      .raw()
      .toBuffer(),
  ]);
  expect([...one].every((value, i) => Math.abs(value - (other[i] ?? Number.NaN)) <= 1)).toBe(true);
});

it('interpolates in rows, of one class each', () => {
  const { stdout } = sample('--interpolate', '3', '--seed', '1,2,3', '--class', '1,2', '--out', 'rows.npy', '--json');
  const { files, samples } = JSON.parse(stdout);
  expect(files).toEqual(['rows.npy', 'rows.labels.npy']);
  expect(samples.map(({ seed, to, share }: Record<string, number>) => [seed, to, share])).toEqual([
    [1, 2, 0],
    [1, 2, 0.5],
    [1, 2, 1],
    [2, 3, 0],
    [2, 3, 0.5],
    [2, 3, 1],
  ]);
  expect(samples.map((each: { readonly class: string }) => each.class).join('')).toBe('111222');
});

it('stops at Ctrl-C, with exit code 130 and nothing written', async () => {
  const child = spawn(process.execPath, [bin, 'sample', 'run', '--n', '99', '--steps', '100000', '--out', 'late/'], {
    cwd: folder,
  });
  const ended = once(child, 'exit');
  while (!existsSync(join(folder, 'late'))) await new Promise((done) => setTimeout(done, 20));
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(existsSync(join(folder, 'late'))).toBe(false);
});

describe('bad input: exit code 2, one line, nothing written', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'file.png'), '');
  });

  it.each([
    [['--out', 'x.tiff'], '`--out` must end in .png, .webp, .jpg, .jpeg or .npy, or in / for a folder, got x.tiff'],
    [['--out', 'file.png/'], 'cannot write file.png/00-0.png: a file is where a folder should be'],
    [['--out', 'a/b/', '--trajectory', 'file.png/x.gif'], 'cannot write file.png/x.gif: a file is where a folder should be'],
    [['--out', 'a/b/', '--grid', 'explicit({ sigmas: [1] })'], 'a grid must have at least two levels, got 1'],
  ])('%j', (args, message) => {
    const before = readdirSync(folder);
    const { status, stdout, stderr } = sample(...args);
    expect(stderr.startsWith(`tweedie: ${message}`), stderr).toBe(true);
    expect(stderr.trim()).not.toContain('\n');
    expect([status, stdout]).toEqual([2, '']);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('a seed that is none', () => {
    const { status, stderr } = sample('--seed', '1,x');
    expect(stderr).toContain('must be an integer from 0, or a list such as 3,7,100-131, got 1,x');
    expect(status).toBe(2);
  });
});

describe('seeds', () => {
  it.each([
    ['7', 7],
    ['7-7', [7]],
    ['3, 7,100-102', [3, 7, 100, 101, 102]],
    [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ])('%s', (text, expected) => {
    expect(seeds(text)).toEqual(expected);
  });

  it.each(['1,x', '5-3', '', '1,,2', '-1', '1.5', '0x3', '9007199254740992', '0-99999999', '0-99999,1'])('not %j', (text) => {
    expect(() => seeds(text)).toThrow(/^must be (an integer from 0, or a list such as 3,7,100-131|at most 100000 seeds), got/);
  });
});
