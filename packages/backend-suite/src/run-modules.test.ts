import { describe, expect, it } from 'vitest';
import { chromiumMissing, inChromium } from './in-chromium.js';
import { inNodeWebgpu } from './in-node-webgpu.js';
import { softwareVulkan } from './software-vulkan.js';

const module = new URL('../test/adapter.ts', import.meta.url);
const reason = chromiumMissing();
if (reason !== undefined) console.log(`Not checked here: WebGPU in Chromium, as ${reason}`);
if (softwareVulkan() === undefined) console.log('Not checked here: WebGPU in Node, as there is no SwiftShader');

describe.runIf(reason === undefined)('inChromium', () => {
  it('runs a module in a page with an adapter, and brings back results and messages', async () => {
    const { result, messages } = await inChromium(module, { argument: 2 });
    expect(result).toEqual({ twice: 4, secure: true, adapter: true });
    expect(messages).toContain('said in passing');
  });

  it('rejects as the module does, and after too long', async () => {
    await expect(inChromium(module, { argument: 'not a number' })).rejects.toThrow('it takes a number');
    await expect(inChromium(module, { argument: -1, timeout: 3000 })).rejects.toThrow();
  });
});

describe('inNodeWebgpu', () => {
  it('runs a module in a process, and brings back results and output', async () => {
    const { result, stdout } = await inNodeWebgpu(module, { argument: 2 });
    expect([result, stdout]).toEqual([{ twice: 4, secure: null, adapter: false }, 'said in passing\n']);
  });

  it('rejects as the module does, and after too long', async () => {
    await expect(inNodeWebgpu(module, { argument: 'not a number' })).rejects.toThrow('it takes a number');
    await expect(inNodeWebgpu(module, { argument: -1, timeout: 2000 })).rejects.toThrow('SIGKILL');
  });
});
