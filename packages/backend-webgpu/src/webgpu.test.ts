import '@tensorflow/tfjs-backend-cpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { add, backend, engine, getBackend, memory, ones, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { useSoftwareVulkan } from '@tweedie/backend-suite';
import { describe, expect, it } from 'vitest';
import { small } from '../test/small.js';
import { webgpu } from './webgpu.js';

const missing = useSoftwareVulkan();
if (missing !== undefined) console.log(`Not checked here: WebGPU in Node, as ${missing}`);

const device = () => (backend() as WebGPUBackend).device;

describe.runIf(missing === undefined)('webgpu', () => {
  it('loads, says on what, and is loaded once for all', async () => {
    const [first, second] = [webgpu(), webgpu({ powerPreference: 'low-power' })];
    expect([first.name, await first.unavailable()]).toEqual(['webgpu', undefined]);
    expect(await first.report()).toMatchObject({ software: true, features: expect.arrayContaining(['timestamp-query']) });
    await Promise.all([first.load(), second.load()]);
    const made = device();
    await first.load();
    expect([getBackend(), device() === made, first.lost === second.lost, first.lost.aborted]).toEqual([
      'webgpu',
      true,
      true,
      false,
    ]);
    const report = await first.report();
    for (const [name, value] of Object.entries(report?.limits ?? {}))
      expect([name, made.limits[name as 'maxBufferSize']]).toEqual([name, value]);
    expect(made.features.has('timestamp-query')).toBe(true);
  });

  it('trains and samples as the cpu backend does', async () => {
    await webgpu().load();
    const here = small();
    const [run, points] = [await here.train(20), await here.sample()];
    here.dispose();
    await setBackend('cpu');
    const there = small();
    const [known, knownPoints] = [await there.train(20), await there.sample()];
    there.dispose();
    for (const [i, loss] of run.losses.entries()) expect(Math.abs(loss / (known.losses[i] ?? 0) - 1)).toBeLessThan(1e-3);
    for (const [i, x] of points.entries()) expect(Math.abs(x - (knownPoints[i] ?? 0))).toBeLessThan(2e-3);
  });

  it('tells a run that its device is lost, and resumes it on another as if nothing had been', async () => {
    const gpu = webgpu();
    await gpu.load();
    const uninterrupted = small();
    const { losses } = await uninterrupted.train(14);
    uninterrupted.dispose();

    const problem = small();
    const before = gpu.lost;
    const broken = await problem.train(14, { train: { signal: gpu.lost }, onStep: (step) => step === 7 && device().destroy() });
    expect(broken.failure).toMatchObject({ code: 'device-lost', message: expect.stringContaining('destroyed') });
    expect(broken.losses).toEqual(losses.slice(0, 7));
    await expect(problem.sample(gpu.lost)).rejects.toBe(gpu.lost.reason);

    await gpu.load();
    expect([gpu.lost === before, gpu.lost.aborted]).toEqual([false, false]);
    const resumed = await problem.train(14, {
      train: { signal: gpu.lost, ...(broken.checkpoint && { resume: broken.checkpoint }) },
    });
    expect([resumed.failure, resumed.losses]).toEqual([undefined, losses.slice(5)]);
    problem.dispose();
  });
});
