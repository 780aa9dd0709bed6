import { getBackend, grad, mul, removeBackend, setBackend, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { useBackend } from '@tweedie/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addons, cudaFiles, type FakeOptions, folder, gpus, linux, project, removeFakes, withCuda } from '../test/fake.js';
import { cuda } from './cuda.js';
import type { DiagnosedBackend } from './diagnosed-backend.js';
import { cudaKind, nativeCpuKind } from './internal/kinds.js';
import type { Machine } from './internal/machine.js';
import { nodeBackend } from './internal/node-backend.js';

const name = '@tensorflow/tfjs-node-gpu';

function backend(options: FakeOptions = {}, machine: Partial<Machine> = {}): DiagnosedBackend {
  return nodeBackend(cudaKind, { from: project(name, { addon: addons.gpu, ...options }) }, linux(machine));
}

async function reason(of: DiagnosedBackend): Promise<string> {
  const text = await of.unavailable();
  expect(text).toMatch(/^[^\n]+ \(needed: [^\n]+\): [^\n]+$/);
  return text ?? '';
}

const onLinux = process.platform === 'linux';
if (!onLinux) console.log('Not checked here: CUDA with stand-ins for its driver and libraries, as this is no Linux');

beforeEach(() => {
  if (onLinux) withCuda();
});
afterEach(async () => {
  if (getBackend() === 'tensorflow') removeBackend('tensorflow');
  await setBackend('cpu');
  removeFakes();
  vi.unstubAllEnvs();
});

describe.runIf(onLinux)('cuda, installed on a machine that has all', () => {
  it('loads, sets and trains', async () => {
    expect(await useBackend(backend())).toEqual({ name: 'cuda', passedOver: [] });
    expect(getBackend()).toBe('tensorflow');
    expect(tidy(() => Array.from(grad((x: Tensor) => sum(mul(x, x)))(tensor([1, -2, 3])).dataSync()))).toEqual([2, -4, 6]);
  });

  it('passes every check by name and in order', async () => {
    const checks = await backend().diagnose();
    const names = 'runtime,platform,processor,package,tfjs-core,native addon,process,visible GPUs,driver,compute capability';
    expect(checks.map((check) => check.name)).toEqual([...names.split(','), 'CUDA libraries', 'cuDNN', 'start']);
    expect(checks.filter(({ ok, remedy }) => ok !== true || remedy !== undefined)).toEqual([]);
    expect(checks.at(-1)?.found).toBe('libtensorflow on a GPU');
  });

  it('lets memory grow, in the process that only asks too', async () => {
    vi.stubEnv('TF_FORCE_GPU_ALLOW_GROWTH', undefined);
    const gpu = backend({
      addon: `if (process.env.TF_FORCE_GPU_ALLOW_GROWTH !== 'true') throw new Error('takes all'); ${addons.gpu}`,
    });
    expect(await gpu.unavailable()).toBeUndefined();
    expect(process.env.TF_FORCE_GPU_ALLOW_GROWTH).toBeUndefined();
    await gpu.load();
    expect(process.env.TF_FORCE_GPU_ALLOW_GROWTH).toBe('true');
  });
});

describe.runIf(onLinux)('cuda says in one line that there is', () => {
  it('no package, and looks at the machine all the same', async () => {
    const gpu = nodeBackend(cudaKind, { from: project('@tensorflow/tfjs-node') }, linux());
    expect(await reason(gpu)).toContain('npm install @tensorflow/tfjs-node-gpu@4.22.0');
    const checks = await gpu.diagnose();
    expect(checks.filter(({ ok }) => ok === undefined).map((check) => check.name)).toEqual([
      'tfjs-core',
      'native addon',
      'start',
    ]);
  });

  it('no libtensorflow with CUDA for macOS, where nothing else needs to be looked at', async () => {
    const gpu = backend({}, { platform: 'darwin', arch: 'arm64' });
    expect(await reason(gpu)).toContain('there is no libtensorflow with CUDA for macOS arm64 (needed: Linux x64, Windows x64)');
    const driver = (await gpu.diagnose()).find((check) => check.name === 'driver');
    expect(driver).toMatchObject({ ok: undefined, found: 'not checked without platform' });
  });

  it.each([
    ['driver', 'Tesla T4, 440.100, 7.5', 'an NVIDIA driver from 450.80.02 on): install a newer one'],
    ['GPU', 'Tesla K10, 470.57.02, 3.0', 'a GPU of 3.5 or newer): use a newer GPU'],
  ])('an old %s', async (_what, gpu, text) => {
    vi.stubEnv('PATH', `${gpus(gpu)}:${process.env.PATH}`);
    expect(await reason(backend())).toContain(text);
  });

  it('a library of CUDA, or cuDNN, that does not open', async () => {
    withCuda(cudaFiles.filter((file) => file !== 'libcublas.so.11'));
    expect(await reason(backend())).toMatch(/libcublas\.so\.11.* \(needed: those of CUDA 11\.2/);
    withCuda(cudaFiles.filter((file) => file !== 'libcudnn.so.8'));
    expect(await reason(backend())).toMatch(/libcudnn\.so\.8.* \(needed: cuDNN 8/);
  });

  it('a libtensorflow that starts on the processor, with what it says of it', async () => {
    const gpu = backend({ addon: addons.gpuWithoutLibrary });
    expect(await reason(gpu)).toContain("uses no GPU (Could not load dynamic library 'libcusolver.so.11')");
  });
});

describe.runIf(onLinux)('cuda, loaded without being asked', () => {
  it('fails where it would run on the processor, and gives back what ran before', async () => {
    await setBackend('cpu');
    const message = expect.stringContaining('libtensorflow starts, but uses no GPU');
    await expect(backend({ addon: addons.cpu }).load()).rejects.toMatchObject({ code: 'backend-failed', message });
    expect(getBackend()).toBe('cpu');
  });

  it('names the cause where there is one', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
    const message = expect.stringContaining("CUDA_VISIBLE_DEVICES is '-1', which hides every GPU");
    await expect(backend({ addon: addons.cpu }).load()).rejects.toMatchObject({ code: 'backend-failed', message });
  });
});

describe.runIf(onLinux)('falling back', () => {
  const broken = () => backend({ addonFolder: '' });

  it('goes to what the caller has listed, and tells why', async () => {
    const native = nodeBackend(nativeCpuKind, { from: project('@tensorflow/tfjs-node') }, linux());
    const choice = await useBackend(broken(), native);
    expect(choice.name).toBe('native-cpu');
    expect(choice.passedOver).toEqual([{ name: 'cuda', reason: expect.stringContaining('is installed without') }]);
    expect(getBackend()).toBe('tensorflow');
  });

  it('goes nowhere else', async () => {
    await expect(useBackend(broken())).rejects.toMatchObject({ code: 'no-backend' });
    expect(getBackend()).toBe('cpu');
  });
});

it('is not there in an empty folder', async () => {
  const gpu = cuda({ from: folder() });
  expect(gpu.name).toBe('cuda');
  expect(await gpu.unavailable()).toMatch(/^[^\n]+ \(needed: [^\n]+\): [^\n]+$/);
  await expect(gpu.load()).rejects.toMatchObject({ code: 'backend-not-installed' });
});
