import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { imageFolder } from './image-folder.js';

const picture = sharp({
  create: { width: 24, height: 16, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
});
const real = await Promise.all([picture.png().toBuffer(), picture.jpeg().toBuffer(), picture.webp().toBuffer()]);

const whole = fc.constantFrom(...real);
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const truncated = fc.tuple(whole, share).map(([bytes, part]) => bytes.subarray(0, Math.floor(part * bytes.length)));
const flipped = fc.tuple(whole, fc.array(fc.tuple(share, fc.nat(7)), { minLength: 1, maxLength: 8 })).map(([bytes, flips]) => {
  const changed = Buffer.from(bytes);
  for (const [part, bit] of flips) {
    const at = Math.floor(part * changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  }
  return changed;
});
const headed = fc
  .tuple(whole, fc.uint8Array({ maxLength: 200 }))
  .map(([bytes, rest]) => Buffer.concat([bytes.subarray(0, 40), rest]));
const damaged = fc.oneof(fc.uint8Array({ maxLength: 100 }), truncated, flipped, headed);

it('reads or reports each of 2,500 damaged files, and takes no memory for what they claim', async () => {
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(fc.array(damaged, { minLength: 100, maxLength: 100 }), async (files) => {
      const folder = mkdtempSync(join(tmpdir(), 'tweedie-fuzz-'));
      try {
        for (const [i, bytes] of [...files, ...real].entries()) writeFileSync(join(folder, `${i}`), bytes);
        const { size, leftOut, pixels } = await imageFolder(folder, { size: [4, 4], pixelLimit: 1e6 });
        expect(size).toBeGreaterThanOrEqual(real.length);
        expect(size + leftOut.length).toBe(files.length + real.length);
        expect(pixels.length).toBe(size * 4 * 4 * 3);
        for (const { reason } of leftOut) expect(reason).toMatch(/^(damaged|an empty|not a PNG|\d+×\d+ pixels)/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    { seed: 1, numRuns: 25, endOnFailure: true },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
});
