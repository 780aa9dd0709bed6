import '@tensorflow/tfjs-backend-cpu';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { add, backend, engine, getBackend, memory, ones, setBackend } from '@tensorflow/tfjs-core';
import { useSoftwareVulkan } from '@tweedie/backend-suite';
import { afterAll, describe, expect, it } from 'vitest';
import { small } from '../test/small.js';
import { webgpu } from './webgpu.js';

const missing = useSoftwareVulkan();
if (missing !== undefined) console.log(`Not checked here: WebGPU in Node, as ${missing}`);

const gpu = webgpu();
const current = () => {
  const found = backend();
  if (!(found instanceof WebGPUBackend)) throw new TypeError('WebGPU is not set');
  return found;
};
const expectClose = (actual: readonly number[], expected: readonly number[], relative: number) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(relative * Math.max(1, Math.abs(expected[i] ?? 0)));
};
const here = async () => {
  const problem = small();
  const { losses } = await problem.train(8);
  const points = await problem.sample();
  problem.dispose();
  return { losses, points };
};

afterAll(() => gpu.dispose());

describe.runIf(missing === undefined)('webgpu', () => {
  it('loads, says on what, and is loaded once for all', async () => {
    await expect(gpu.compile(() => undefined)).rejects.toMatchObject({ code: 'backend-not-loaded' });
    const other = webgpu({ powerPreference: 'low-power' });
    expect([gpu.name, await gpu.unavailable(), gpu.lost.aborted]).toEqual(['webgpu', undefined, false]);
    expect(await gpu.report()).toMatchObject({ software: true, features: expect.arrayContaining(['timestamp-query']) });
    await Promise.all([gpu.load(), other.load()]);
    const { device } = current();
    await gpu.load();
    expect([getBackend(), current().device === device, gpu.lost === other.lost]).toEqual(['webgpu', true, true]);
    expect(device.features.has('timestamp-query')).toBe(true);
    const { limits } = (await gpu.report()) ?? {};
    expect(device.limits).toMatchObject({ ...limits });
  });

  it('trains and samples as the cpu backend does, the models of both side by side', async () => {
    await gpu.load();
    const [onGpu, buffers] = [await here(), memory().numTensors];
    await setBackend('cpu');
    const onCpu = await here();
    expectClose(onGpu.losses, onCpu.losses, 1e-3);
    expectClose(onGpu.points, onCpu.points, 2e-3);
    // Each made on its own backend, and used in turn.
    const cpuModel = small();
    await gpu.load();
    const gpuModel = small();
    const alternate = async () => {
      await setBackend('cpu');
      const first = await cpuModel.sample();
      await gpu.load();
      return [first, await gpuModel.sample()];
    };
    const [once, twice] = [await alternate(), await alternate()];
    expect(twice).toEqual(once);
    await setBackend('cpu');
    await expect(gpuModel.sample()).rejects.toMatchObject({ code: 'synchronous-read' });
    await gpu.load();
    expect(await gpuModel.sample()).toEqual(once[1]);
    cpuModel.dispose();
    gpuModel.dispose();
    expect(memory().numTensors).toBe(buffers);
  });

  it('refuses a synchronous read, and keeps the tensor', async () => {
    await gpu.load();
    const x = add(ones([2000]), 1);
    expect(() => x.dataSync()).toThrow(expect.objectContaining({ code: 'synchronous-read' }));
    expect((await x.data())[1999]).toBe(2);
    expect(x.dataSync()[0]).toBe(2); // read before: known
    x.dispose();
  });

  it('leaks neither tensors nor buffers', async () => {
    await gpu.load();
    const problem = small();
    const seen: number[][] = [];
    const count = () => {
      const { bufferManager } = current();
      const { numBytesUsed, numBytesAllocated } = bufferManager;
      seen.push([
        memory().numTensors,
        engine().state.numDataBuffers,
        bufferManager.getNumUsedBuffers(),
        numBytesUsed,
        numBytesAllocated,
      ]);
    };
    await problem.train(30, { train: { logEvery: 10 }, onStep: (step) => step % 10 === 0 && count() });
    expect([seen[1], seen[2]]).toEqual([seen[0], seen[0]]);
    for (let i = 0; i < 3; i++) {
      await problem.sample();
      count();
    }
    expect([seen[4], seen[5]]).toEqual([seen[3], seen[3]]);
    problem.dispose();
  });

  it('compiles ahead what is then not compiled where it runs, and computes nothing', async () => {
    await gpu.load();
    gpu.dispose();
    await gpu.load();
    const { device } = current();
    const [problem, reference] = [small(), small()];
    const { step, dispose } = await problem.gradients();
    let compiled = 0;
    const original = device.createComputePipeline;
    device.createComputePipeline = (descriptor) => {
      compiled++;
      return original.call(device, descriptor);
    };
    const before = memory().numTensors;
    await gpu.compile(step);
    expect([compiled, memory().numTensors]).toEqual([0, before]);
    step();
    expect(compiled).toBe(0);
    dispose();
    expect(await problem.sample()).toEqual(await reference.sample());
    for (const one of [problem, reference]) one.dispose();
  });

  it('tells a run that its device is lost, and resumes it on another as if nothing had been', async () => {
    await gpu.load();
    const { losses } = await here();
    const problem = small();
    const before = gpu.lost;
    const { failure, checkpoint, ...broken } = await problem.train(8, {
      train: { signal: gpu.lost },
      onStep: (step) => step === 6 && current().device.destroy(),
    });
    expect(failure).toMatchObject({ code: 'device-lost', message: expect.stringContaining('destroyed') });
    expect([broken.losses, checkpoint?.step]).toEqual([losses.slice(0, 6), 5]);
    await expect(problem.sample(gpu.lost)).rejects.toBe(gpu.lost.reason);

    await gpu.load();
    expect([gpu.lost === before, gpu.lost.aborted]).toEqual([false, false]);
    const resumed = await problem.train(8, { train: { signal: gpu.lost, ...(checkpoint && { resume: checkpoint }) } });
    expect([resumed.failure, resumed.losses]).toEqual([undefined, losses.slice(5)]);
    problem.dispose();
  });

  it('rejects reads that are under way when the device goes, and those after', async () => {
    await gpu.load();
    const y = add(ones([2000]), 1);
    const reading = y.data();
    current().device.destroy();
    const lost = { code: 'device-lost' };
    await expect(reading).rejects.toMatchObject(lost);
    await expect(add(y, 1).data()).rejects.toMatchObject(lost);
  });

  it('takes an error of the device for a loss', async () => {
    await gpu.load();
    const { device } = current();
    device.createBuffer({ size: 2 * device.limits.maxBufferSize, usage: GPUBufferUsage.STORAGE });
    await expect(add(ones([2000]), 1).data()).rejects.toMatchObject({
      code: 'device-failed',
      message: expect.stringContaining('size'),
    });
    expect(gpu.lost.reason).toMatchObject({ code: 'device-failed' });
    await gpu.load();
    const x = add(ones([2000]), 1);
    expect((await x.data())[0]).toBe(2);
    x.dispose();
  });
});
