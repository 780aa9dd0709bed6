import { inNodeWebgpu, type NodeRunOptions, softwareVulkan } from '@tweedie/backend-suite';
import { describe, expect, it } from 'vitest';
import type { RunArgument, RunResult } from '../test/run.js';

const present = softwareVulkan() !== undefined;
if (!present) console.log('Not checked here: processes on WebGPU, as there is no SwiftShader');
const run = (argument: RunArgument, options: NodeRunOptions = {}) =>
  inNodeWebgpu<RunResult>(new URL('../test/run.ts', import.meta.url), { argument, ...options });

describe.runIf(present)('a process that trains on WebGPU', () => {
  it('prints nothing, and ends by itself', async () => {
    const { result, stdout, stderr } = await run({ steps: 3 });
    expect(result).toMatchObject({ losses: [expect.any(Number), expect.any(Number), expect.any(Number)], lost: false });
    expect([stdout, stderr]).toEqual(['', '']);
  });

  it('can be ended in the middle', async () => {
    expect(await run({ steps: 100, exitAfter: 2 })).toEqual({ result: undefined, stdout: '', stderr: '' });
  });

  it.each(['tfjs', 'navigator', 'tfjs and navigator', 'read-only navigator', 'set by tfjs'] as const)(
    'bears what comes before: %s',
    async (before) => {
      const { result, stderr } = await run({ before });
      expect(result).toMatchObject({ value: 2, adopted: before === 'set by tfjs', lost: false });
      expect([result?.reason, stderr]).toEqual([undefined, '']);
    },
  );
});

describe('where it cannot run', () => {
  const packages = ['webgpu', ...(present ? ['@tensorflow/tfjs-backend-webgpu'] : [])];
  it.each(packages)('without %s it names the command', async (name) => {
    const { result, stderr } = await run({ absent: [name] });
    expect(result).toEqual({ reason: expect.stringContaining(`npm install ${name}`), code: 'backend-unavailable' });
    expect(stderr).toBe('');
  });

  it('without a driver it says what to install, and prints nothing', async () => {
    const { result, stderr } = await run({}, { environment: { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: undefined } });
    expect(result).toEqual({ reason: expect.stringMatching(/Vulkan|adapter/), code: 'backend-unavailable' });
    expect(stderr).toBe('');
  });
});
