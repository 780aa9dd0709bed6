import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { chromiumMissing, inChromium } from '@tweedie/backend-suite';
import { describe, expect, it } from 'vitest';
import type { PageResult } from '../test/page.js';
import { small } from '../test/small.js';

const missing = chromiumMissing();
if (missing !== undefined) console.log(`Not checked here: WebGPU in a page, as ${missing}`);
const page = new URL('../test/page.ts', import.meta.url);
const steps = 8;

describe.runIf(missing === undefined)('in a page', () => {
  it('trains and samples as the cpu backend does, resumes after the loss of its device, and writes nothing', async () => {
    const { result, messages } = await inChromium<PageResult>(page, { argument: steps, timeout: 120_000 });
    await setBackend('cpu');
    const known = small();
    const { losses } = await known.train(steps);
    for (const [i, loss] of losses.entries()) expect(Math.abs((result.losses?.[i] ?? Number.NaN) / loss - 1)).toBeLessThan(1e-3);
    for (const [i, x] of (await known.sample()).entries())
      expect(Math.abs((result.points?.[i] ?? Number.NaN) - x)).toBeLessThan(2e-3);
    expect(result).toMatchObject({
      failure: 'device-lost',
      resumed: result.losses?.slice(5),
      rejected: ['device-lost', 'device-lost'],
    });
    expect(result.report).toMatchObject({ vendor: 'google', architecture: 'swiftshader', software: true });
    expect(messages).toEqual([]);
  }, 120_000);

  it('says that a browser has no adapter', async () => {
    const { result } = await inChromium<PageResult>(page, { webgpu: false });
    expect(result).toEqual({ reason: expect.stringMatching(/no adapter|no WebGPU/) });
  });
});
