import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type DecodeOptions, decodedImage, loadSharp } from './decoded-image.js';

const folder = mkdtempSync(join(tmpdir(), 'tweedie-decoded-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bands of colour from left to right, each `width` wide. */
function bands(colours: readonly (readonly number[])[], width = 16, height = 16) {
  const row = colours.flatMap((colour) => Array.from({ length: width }, () => colour)).flat();
  const channels = colours[0]?.length === 4 ? 4 : colours[0]?.length === 1 ? 1 : 3;
  const data = Uint8Array.from(Array.from({ length: height }, () => row).flat());
  return sharp(data, { raw: { width: width * colours.length, height, channels } });
}

async function decode(bytes: Uint8Array, options: Partial<DecodeOptions> = {}, name = 'image') {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return decodedImage(file, await loadSharp(), { size: [1, 1], ...options });
}

const pixel = async (bytes: Uint8Array, options: Partial<DecodeOptions> = {}) => [...(await decode(bytes, options)).pixels];

const [red, green, blue] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
] as const;

/** Edges bleed a little into their neighbours where images are scaled. */
function expectAbout(pixels: Uint8Array, expected: readonly number[]): void {
  expect(pixels.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((pixels[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(16);
}

describe('decodedImage', () => {
  it('tells PNG, JPEG and WebP by their content, whatever the name', async () => {
    const picture = bands([[200, 100, 50]]);
    for (const bytes of [await picture.png().toBuffer(), await picture.webp({ lossless: true }).toBuffer()])
      expect([...(await decode(bytes, {}, 'notes.txt')).pixels]).toEqual([200, 100, 50]);
    const jpeg = await decode(await picture.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(), {}, 'picture.png');
    expectAbout(jpeg.pixels, [200, 100, 50]);
  });

  it('takes the middle of the asked shape', async () => {
    const wide = await bands([red, green, blue]).png().toBuffer();
    const { pixels, source } = await decode(wide, { size: [4, 4] });
    expect(source).toEqual([16, 48]);
    expectAbout(pixels, Array.from({ length: 16 }, () => green).flat());
  });

  it('stands upright as its orientation says', async () => {
    // stored on its side: the left edge is to be the top
    const bytes = await bands([red, blue], 16, 16).withMetadata({ orientation: 6 }).png().toBuffer();
    const { pixels, source } = await decode(bytes, { size: [2, 1] });
    expect(source).toEqual([32, 16]);
    expectAbout(pixels, [...red, ...blue]);
  });

  it('is over white where it is transparent', async () => {
    expect(
      await pixel(
        await bands([[9, 9, 9, 0]])
          .png()
          .toBuffer(),
      ),
    ).toEqual([255, 255, 255]);
    const half = await pixel(
      await bands([[255, 0, 0, 128]])
        .webp({ lossless: true })
        .toBuffer(),
    );
    expect(half[0]).toBe(255);
    for (const value of half.slice(1)) expect(Math.abs(value - 127)).toBeLessThanOrEqual(1);
  });

  it('is grey or RGB as asked, of 8 bits', async () => {
    const grey = await bands([[77]])
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect(await pixel(grey)).toEqual([77, 77, 77]);
    expect(await pixel(grey, { channels: 1 })).toEqual([77]);
    expect(
      await pixel(
        await bands([[77, 77, 77]])
          .png()
          .toBuffer(),
        { channels: 1 },
      ),
    ).toEqual([77]);
    const deep = await bands([[77]])
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect(await pixel(deep)).toEqual([77, 77, 77]);
  });

  it('refuses what is no such image', async () => {
    const refused = expect.objectContaining({ code: 'image-format' });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>';
    await expect(decode(new TextEncoder().encode(svg), {}, 'drawing.png')).rejects.toThrow(refused);
    await expect(decode(await bands([red]).gif().toBuffer())).rejects.toThrow(refused);
    await expect(decode(new Uint8Array(0))).rejects.toThrow(refused);
  });

  it('refuses more pixels than the limit by the header alone', async () => {
    const before = process.memoryUsage().rss;
    const png = claiming(await bands([red]).png().toBuffer(), 60_000);
    await expect(decode(png)).rejects.toThrow('60000×60000 pixels, more than 100000000 together');
    const jpeg = await bands([red]).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0)) + 5; // height and width after marker, length and precision
    jpeg.writeUInt16BE(65_000, frame);
    jpeg.writeUInt16BE(65_000, frame + 2);
    await expect(decode(jpeg)).rejects.toThrow(expect.objectContaining({ code: 'image-too-large' }));
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6); // the pixels would be 10 GB
    const exact = await bands([red]).png().toBuffer();
    await expect(decode(exact, { pixelLimit: 255 })).rejects.toThrow(expect.objectContaining({ code: 'image-too-large' }));
    expect(await pixel(exact, { pixelLimit: 256 })).toEqual([255, 0, 0]);
  });
});

/** A PNG whose header says that it is so long and so wide, with a checksum that agrees. */
function claiming(png: Buffer, side: number): Buffer {
  const changed = Buffer.from(png);
  changed.writeUInt32BE(side, 16);
  changed.writeUInt32BE(side, 20);
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
  return changed;
}

it('names the package to install where there is no sharp', async () => {
  vi.doMock('sharp', () => {
    throw new Error('Cannot find package');
  });
  const refused = expect.objectContaining({ code: 'sharp-missing', message: expect.stringContaining('run `npm install sharp`') });
  await expect(loadSharp()).rejects.toThrow(refused);
});
