import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wasm } from '@tweedie/backend-wasm';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { tweedie } from '../../test/command.js';
import { writeSmallRun } from '../../test/small-run.js';
import { type EditTaskFlags, editTask, imagesOf, openEdit } from '../edit-task.js';

const folder = mkdtempSync(join(tmpdir(), 'tweedie-edit-'));
const at = (name: string) => join(folder, name);
const run = at('run');

/** A grey picture of so many pixels, by the place of each. */
async function picture(name: string, side: number, grey: (x: number, y: number) => number) {
  const data = Uint8Array.from({ length: side ** 2 }, (_, i) => grey(i % side, Math.floor(i / side)));
  await sharp(data, { raw: { width: side, height: side, channels: 1 } }).toFile(at(name));
}

describe('tweedie edit', () => {
  beforeAll(async () => {
    await wasm().load();
    await writeSmallRun(run);
    await writeSmallRun(at('unfinished'), false);
    await picture('image.png', 8, (x, y) => 30 * x + y);
    await picture('mask.png', 8, (x) => (x < 4 ? 0 : 255));
    await picture('black.png', 8, () => 0);
    await picture('white.png', 8, () => 255);
    await picture('small.png', 2, (x, y) => 100 * x + 50 * y);
    await picture('photo.jpg', 50, (x) => 5 * x);
    writeFileSync(at('text.png'), 'no picture');
  });

  it('fills in, keeps the rest, and says how exactly', async () => {
    const out = at('filled.npy');
    const asked = ['--inpaint', at('image.png'), '--mask', at('mask.png'), '--method', 'replaced', '--n', '3', '--steps', '5'];
    const { status, stdout, stderr } = await tweedie(['edit', run, ...asked, '--out', out, '--json']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { files, task, method, n, steps, inconsistency } = JSON.parse(stdout);
    expect({ files, task, method, n, steps }).toEqual({ files: [out], task: 'inpaint', method: 'replaced', n: 3, steps: 5 });
    expect(inconsistency.each).toHaveLength(3);
    expect(inconsistency.rms).toBeLessThan(0.001);
  });

  it('enlarges to a sheet of what was given and what was made, guided to a class', async () => {
    const out = at('large.png');
    const guided = [
      '--class',
      '2',
      '--guide',
      'interval(classifierFree({ scale: 2 }), { sigmaMax: 5 })',
      '--guide',
      'thresholded',
    ];
    const asked = ['--upscale', at('small.png'), '--n', '2', '--steps', '5', ...guided];
    const { status, stdout, stderr } = await tweedie(['edit', run, ...asked, '--out', out]);
    expect(stderr).toMatch(/^Made small again, the results are off by \d+\.\d\d of 255, root mean square\.\n$/);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${out}\n` });
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([3 * 34 + 2, 36]);
    const pixel = (x: number, y: number) => data[((2 + y) * info.width + 2 + x) * info.channels];
    expect([pixel(3, 3), pixel(28, 3), pixel(3, 28), pixel(28, 28)]).toEqual([0, 100, 50, 150]);
  });

  it('begins with an image of any size, which it says', async () => {
    const out = at('varied.png');
    const asked = ['--from', at('photo.jpg'), '--strength', '0.2', '--n', '1', '--steps', '5', '--out', out];
    const { status, stderr } = await tweedie(['edit', run, ...asked]);
    expect(stderr).toMatch(
      /^.*photo\.jpg is 50×50; its middle is scaled to 8×8\.\nThe results differ from the image by \d+\.\d\d of 255/,
    );
    expect(status).toBe(0);
  });

  const inpaint = ['--inpaint', at('image.png'), '--mask', at('mask.png')];
  it.each([
    [[run, ...inpaint, '--from', at('image.png')], 'got --inpaint and --from'],
    [[run, '--from', at('text.png')], 'not a PNG, JPEG or WebP image'],
    [[run, ...inpaint, '--guide', 'classifierFree({ scale: 2 })'], 'there is no --class'],
    [[run, ...inpaint, '--guide', 'dynamicallyThresholded', '--steps', '2'], 'use --method consistent'],
    [[run, ...inpaint, '--out', at('edited.bmp')], 'must end in .png or .npy'],
    [[at('unfinished'), ...inpaint], 'is not finished'],
  ])('refuses %j in one line, exit code 2, nothing written', async (args, message) => {
    const files = readdirSync(folder);
    const { status, stdout, stderr } = await tweedie([
      'edit',
      ...args,
      ...(args.includes('--out') ? [] : ['--out', at('new.png')]),
    ]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^tweedie: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual(files);
  });

  it.each<[EditTaskFlags, string]>([
    [{}, 'edit-task'],
    [{ inpaint: at('image.png') }, 'mask-missing'],
    [{ inpaint: at('image.png'), mask: at('black.png') }, 'mask-empty'],
    [{ inpaint: at('image.png'), mask: at('white.png') }, 'mask-empty'],
    [{ inpaint: at('image.png'), mask: at('small.png') }, 'mask-size'],
    [{ inpaint: at('image.png'), mask: at('mask.png'), factor: 2 }, 'edit-flag'],
    [{ from: at('image.png'), mask: at('mask.png') }, 'edit-flag'],
    [{ from: at('image.png'), strength: 1.5 }, 'strength-out-of-range'],
    [{ from: at('nowhere.png') }, 'image-unreadable'],
    [{ upscale: at('small.png'), factor: 3 }, 'factor-indivisible'],
    [{ upscale: at('small.png'), method: 'replaced' }, 'name-unknown'],
  ])('%j is refused as %s', async (flags, code) => {
    const opened = async () => {
      editTask(flags);
      return openEdit(flags, [8, 8, 1], 0);
    };
    await expect(opened()).rejects.toMatchObject({ code });
  });

  it('is for images', () => {
    expect(() => imagesOf({ data: { kind: 'points', source: 'moons' } }, 'runs/moons')).toThrow(
      expect.objectContaining({ code: 'images-only' }),
    );
  });

  it('takes the model of another run as the weak one of autoguidance', async () => {
    const guide = `autoguidance({ scale: 2, weak: '${run}' })`;
    const drawn = async (...asked: string[]) => {
      const out = at('auto.npy');
      const { status, stderr } = await tweedie(['sample', run, '--n', '3', ...asked, '--out', out]);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      return readFile(out);
    };
    // guided by itself a model is what it was, up to rounding
    const [guided, plain] = [await drawn('--guide', guide), await drawn('--guidance', '1')];
    const values = (file: Buffer) =>
      new Float32Array(file.buffer.slice(file.byteOffset + file.length - 4 * 192, file.byteOffset + file.length));
    const apart = values(guided).map((value, i) => Math.abs(value - (values(plain)[i] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-3);
  });
});
