import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie images é-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tweedie(...args: string[]) {
  return spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
}

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

/** A square of one colour. */
const square = ([r, g, b]: readonly [number, number, number], side = 12) =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

describe('a folder that cannot be trained on: exit code 2, one clear line, nothing written', () => {
  beforeAll(async () => {
    mkdirSync(join(folder, 'empty'));
    put('texts/a.txt', 'x');
    put('texts/b.png', 'y');
    for (const k of [1, 2]) put(`one/many/${k}.png`, await square([k, 0, 0]));
    put('one/single/1.png', await square([3, 0, 0]));
    put('mixed/a/1.png', await square([1, 0, 0]));
    put('mixed/a/2.png', await square([1, 0, 0]));
    put('mixed/2.png', await square([2, 0, 0]));
    put('a file', 'x');
  });

  it.each([
    [
      ['photos'],
      'tweedie: `--data` must be mnist, points such as moons or "eightGaussians()", or a folder of images, and there is no folder photos',
    ],
    [['C:\\Users\\me\\Pictures'], 'there is no folder C:\\Users\\me\\Pictures'],
    [['mooons({ deviation: 1 })'], 'there is no folder mooons({ deviation: 1 })'],
    [['empty'], 'tweedie: empty must hold PNG, JPEG or WebP images, got nothing'],
    [['texts'], 'tweedie: texts must hold PNG, JPEG or WebP images, got none (a.txt: not a PNG, JPEG or WebP image; b.png: '],
    [['one'], 'tweedie: single must hold at least 2 images, got 1; add some, or remove it'],
    [['mixed'], 'tweedie: mixed must hold images or sub-folders, one for each class, got both: 2.png beside a'],
    [['a file'], 'tweedie: cannot read the folder a file: it is not a folder'],
    [['one', '--size', '30'], 'tweedie: `--size` must be divisible by 4, got 30; the nearest is 32'],
    [['one', '--size', '0'], 'tweedie: `--size` must be an integer from 1 to 1024, got 0'],
    [['mnist', '--size', '32'], 'tweedie: `--size` is for folders of images, and --data mnist is none'],
    [['moons', '--size', '32'], 'tweedie: `--size` is for folders of images, and --data moons is none'],
  ])('--data %j', (args, message) => {
    const { status, stderr } = tweedie('train', '--out', 'run', '--steps', '1', '--data', ...args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^tweedie: [^\n]* \[[a-z-]+\]\n$/);
    expect(status).toBe(2);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });
});

describe('a folder of images', () => {
  const train = (...more: string[]) =>
    tweedie('train', '--data', 'my pictures', '--size', '8', '--out', 'runs/a b', '--engine', 'eager', ...more);

  it('is reported, trained on, sampled from, and shown with its names', async () => {
    for (const k of [1, 2, 3]) {
      put(`my pictures/<b>red & ro\u0301t/${k}.png`, await square([200 + k, 0, 0]));
      put(`my pictures/blue/${k}.png`, await square([0, 0, 200 + k], 16));
    }
    put('my pictures/blue/notes\u001b.txt', 'x');
    const { status, stderr } = train('--steps', '3');
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      'my pictures: 6 images in 2 classes, from 12×12 to 16×16 pixels (median 12×12), scaled to 8×8.',
      '  <b>red & r\u00f3t 3 · blue 3',
      'Left out, 1 of its files:',
      '  blue/notes�.txt: not a PNG, JPEG or WebP image',
    ]);
    expect(status).toBe(0);
    const sheet = await sharp(join(folder, 'runs/a b/samples.png')).metadata();
    expect([sheet.channels, sheet.height]).toEqual([3, 2 * (2 * 8 + 2) + 2]);
    const report = readFileSync(join(folder, 'runs/a b/report.html'), 'utf8');
    expect(report).toContain('8 samples each: &lt;b&gt;red &amp; r\u00f3t, blue');
    expect(report).not.toContain('<b>red');
  });

  it('gives samples of a class by its name, however its accents are written, or by its number', () => {
    const sample = (name: string) => {
      const { status, stderr } = tweedie(
        'sample',
        'runs/a b',
        '--n',
        '2',
        '--class',
        name,
        '--steps',
        '2',
        '--engine',
        'eager',
        '--out',
        'x.npy',
      );
      return { status, stderr, labels: [...readFileSync(join(folder, 'x.labels.npy')).subarray(-8)] };
    };
    expect(sample('blue').labels).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    expect(sample('<b>red & ro\u0301t').labels).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(sample('1').labels).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    const { status, stderr } = sample('green');
    expect(stderr).toBe(
      'tweedie: `--class` must be one of <b>red & r\u00f3t, blue, or a number from 0 to 1, got green [class-unknown]\n',
    );
    expect(status).toBe(2);
  });

  it('is compared with what the run was begun with', async () => {
    const path = join(folder, 'runs/a b/run.json');
    const run = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...run, status: { ...run.status, finished: false } }));
    expect(train().status).toBe(0);
    writeFileSync(path, JSON.stringify({ ...run, status: { ...run.status, finished: false } }));
    put('my pictures/blue/2.png', await square([0, 0, 100], 16));
    const { status, stderr } = train();
    expect(stderr).toBe(
      'tweedie: my pictures holds others than the 6 images that the run was begun with: restore them, or start over with --fresh [data-changed]\n',
    );
    expect(status).toBe(2);
    rmSync(join(folder, 'my pictures/blue/2.png'));
    expect(train().stderr).toContain('my pictures holds 5 in place of the 6 images');
    expect(tweedie('train', '--data', 'my pictures', '--size', '16', '--out', 'runs/a b').stderr).toContain(
      '`--size` is 16 and was 8',
    );
  });

  it('may have no classes', async () => {
    for (const k of [1, 2, 3]) put(`plain/${k}.png`, await square([200 + k, 0, 0]));
    const { status, stderr } = tweedie(
      'train',
      '--data',
      'plain',
      '--size',
      '8',
      '--out',
      'runs/plain',
      '--steps',
      '2',
      '--engine',
      'eager',
    );
    expect(stderr).toContain('plain: 3 images, without classes, ');
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'runs/plain/run.json'), 'utf8')).model.network.classes).toBe(0);
    expect(tweedie('sample', 'runs/plain', '--class', '0').stderr).toBe(
      'tweedie: `--class` is for models of classes, and runs/plain has none [class-unknown]\n',
    );
    expect(readdirSync(folder)).not.toContain('samples.png');
  });
});
