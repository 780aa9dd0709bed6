import '@tensorflow/tfjs-backend-cpu';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFolder } from './image-folder.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tweedie images-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A grey image of one value, by which a test knows it again. */
const grey = (value: number, side = 4) =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: value, g: value, b: value } } })
    .png()
    .toBuffer();

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

const read = () => imageFolder(folder, { size: [1, 1], channels: 1 });

describe('imageFolder', () => {
  it('has no classes for images directly in it', async () => {
    for (const [i, name] of ['c.png', 'a.png', 'B.jpg'].entries()) put(name, await grey(i + 1));
    const { pixels, labels, classes, size, batch } = await read();
    expect([...pixels]).toEqual([3, 2, 1]); // B, a, c
    expect([size, classes, [...labels]]).toEqual([3, [], [0, 0, 0]]);
    const { x, condition } = batch([2]);
    expect(x.shape).toEqual([1, 1, 1, 1]);
    x.dispose();
    condition.dispose();
  });

  it('has the sub-folders as classes, however deep the images lie', async () => {
    // by code point 'z' < 'é' < '\uffee' < '😀', in UTF-16 the last two are the other way round; é is written in two ways
    const names = ['😀 faces', '\uffee', 'e\u0301te\u0301', 'z'];
    for (const [i, name] of names.entries()) {
      put(`${name}/deep er/2.png`, await grey(10 * i + 2));
      put(`${name}/1 ü.png`, await grey(10 * i + 1));
    }
    put('\u00e9t\u00e9/3.png', await grey(23));
    const { pixels, labels, classes } = await read();
    expect(classes.map(({ name }) => name)).toEqual(['z', '\u00e9t\u00e9', '\uffee', '😀 faces']);
    expect(classes.map(({ images }) => images)).toEqual([2, 3, 2, 2]);
    const byLabel = (label: number) => [...pixels].filter((_, i) => labels[i] === label);
    expect([0, 1, 2, 3].map(byLabel)).toEqual([
      [31, 32],
      [21, 23, 22],
      [11, 12],
      [1, 2],
    ]);
  });

  it('has more classes than a byte can count', async () => {
    const bytes = await grey(5, 1);
    for (let i = 0; i < 300; i++) for (const k of [0, 1]) put(`class ${String(i).padStart(3, '0')}/${k}.png`, bytes);
    const { labels } = await read();
    expect([...labels]).toEqual(Array.from({ length: 600 }, (_, i) => Math.floor(i / 2)));
  });

  it('reports sizes, and each file that it leaves out with the reason', async () => {
    for (const [i, side] of [8, 2, 4].entries()) put(`${i}.png`, await grey(9, side));
    const whole = await sharp({
      create: { width: 64, height: 64, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
    })
      .jpeg()
      .toBuffer();
    put('cut.jpg', whole.subarray(0, whole.length / 2));
    put('notes.txt', 'not an image');
    put('empty.png', '');
    for (const hidden of ['.DS_Store', 'Thumbs.db', 'desktop.ini', '.git/x.png', '__MACOSX/x.png']) put(hidden, 'x');
    symlinkSync('nothing', join(folder, 'broken'));
    symlinkSync('self', join(folder, 'self'));
    const server = createServer().listen(join(folder, 'socket'));
    await once(server, 'listening');
    const { sources, leftOut, size } = await read();
    server.close();
    expect(size).toBe(3);
    expect(sources).toEqual({ smallest: [2, 2], median: [4, 4], largest: [8, 8] });
    expect(leftOut).toEqual([
      { path: 'broken', reason: 'it does not exist' },
      { path: 'cut.jpg', reason: 'damaged or cut short' },
      { path: 'empty.png', reason: 'an empty file' },
      { path: 'notes.txt', reason: 'not a PNG, JPEG or WebP image' },
      { path: 'self', reason: 'a link to itself' },
      { path: 'socket', reason: 'not a file' },
    ]);
  });

  it('follows links, but not round in circles', async () => {
    for (const k of [1, 2]) put(`a/${k}.png`, await grey(k));
    symlinkSync('a', join(folder, 'b'));
    symlinkSync('..', join(folder, 'a', 'up'));
    const { classes, leftOut } = await read();
    expect(classes).toEqual([
      { name: 'a', images: 2 },
      { name: 'b', images: 2 },
    ]);
    expect(leftOut.map(({ path }) => path)).toEqual(['a/up', 'b/up']);
  });
});

describe('imageFolder refuses', () => {
  const refusal = (code: string, message: string) => expect.objectContaining({ code, message: expect.stringContaining(message) });

  it('a folder that is not there, and a file', async () => {
    await expect(imageFolder(join(folder, 'x'), { size: [1, 1] })).rejects.toThrow(
      refusal('folder-missing', 'it does not exist'),
    );
    put('file', 'x');
    await expect(imageFolder(join(folder, 'file'), { size: [1, 1] })).rejects.toThrow(
      refusal('folder-unreadable', 'not a folder'),
    );
  });

  it('a folder without images, with the first reasons', async () => {
    await expect(read()).rejects.toThrow(refusal('images-none', 'got nothing'));
    for (const k of [1, 2, 3, 4]) put(`${k}.txt`, 'x');
    await expect(read()).rejects.toThrow(refusal('images-none', '(1.txt: not a PNG, JPEG or WebP image; 2.txt: '));
  });

  it('a class of one image or of none', async () => {
    put('cats/1.png', await grey(1));
    put('cats/2.png', await grey(2));
    put('dogs/1.png', await grey(3));
    await expect(read()).rejects.toThrow(refusal('class-too-small', 'dogs must hold at least 2 images, got 1'));
    put('dogs/2.png', await grey(4));
    mkdirSync(join(folder, 'birds'));
    await expect(read()).rejects.toThrow(refusal('class-too-small', 'birds must hold at least 2 images, got 0'));
  });

  it('images beside classes', async () => {
    for (const k of [1, 2]) put(`cats/${k}.png`, await grey(k));
    put('stray.png', await grey(3));
    await expect(read()).rejects.toThrow(refusal('images-beside-classes', 'stray.png beside cats'));
  });

  it('a size of nothing', async () => {
    await expect(imageFolder(folder, { size: [0, 1] })).rejects.toThrow(refusal('size-not-positive', '`height`'));
  });
});
