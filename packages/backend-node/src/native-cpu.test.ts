import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { add, getBackend, grad, memory, mul, removeBackend, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { useBackend } from '@tweedie/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addons, type FakeOptions, linux, project, removeFakes } from '../test/fake.js';
import type { DiagnosedBackend } from './diagnosed-backend.js';
import { nativeCpuKind } from './internal/kinds.js';
import type { Machine } from './internal/machine.js';
import { nodeBackend } from './internal/node-backend.js';
import { nativeCpu } from './native-cpu.js';

const name = '@tensorflow/tfjs-node';

function backend(options: FakeOptions = {}, machine: Partial<Machine> = {}): DiagnosedBackend {
  return nodeBackend(nativeCpuKind, { from: project(name, options) }, linux(machine));
}

afterEach(() => {
  if (getBackend() === 'tensorflow') removeBackend('tensorflow');
  removeFakes();
  vi.unstubAllEnvs();
});

describe('nativeCpu, installed', () => {
  it('loads, sets and trains', async () => {
    const native = backend();
    expect(native.name).toBe('native-cpu');
    expect(await useBackend(native)).toEqual({ name: 'native-cpu', passedOver: [] });
    expect(getBackend()).toBe('tensorflow');
    const before = memory().numTensors;
    const gradient = tidy(() => Array.from(grad((x: Tensor) => sum(mul(x, x)))(tensor([1, -2, 3])).dataSync()));
    expect(gradient).toEqual([2, -4, 6]);
    expect(memory().numTensors).toBe(before);
  });

  it('may be loaded again, and says so before', async () => {
    const native = backend();
    await native.load();
    await native.load();
    expect(await native.unavailable()).toBeUndefined();
    expect(tidy(() => add(1, 2).dataSync()[0])).toBe(3);
  });

  it('passes every check by name and in order', async () => {
    const checks = await backend().diagnose();
    expect(checks.map((check) => check.name)).toEqual(
      'runtime,platform,processor,package,tfjs-core,native addon,process,start'.split(','),
    );
    expect(checks.filter(({ ok, remedy }) => ok !== true || remedy !== undefined)).toEqual([]);
  });

  it('tells neither by asking nor by its checks that it is there: only `load` changes this process', async () => {
    const before = getBackend();
    const native = backend();
    await native.unavailable();
    await native.diagnose();
    expect(getBackend()).toBe(before);
  });

  it('silences libtensorflow before it is loaded, unless the user wants to hear it', async () => {
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', undefined);
    vi.stubEnv('TF_FORCE_GPU_ALLOW_GROWTH', 'false');
    const heard = 'globalThis.heard = [process.env.TF_CPP_MIN_LOG_LEVEL, process.env.TF_FORCE_GPU_ALLOW_GROWTH];';
    const load = async () => {
      await backend({ addon: heard + addons.cpu }).load();
      removeBackend('tensorflow');
      return Reflect.get(globalThis, 'heard');
    };
    expect(await load()).toEqual(['2', 'false']);
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '0');
    expect(await load()).toEqual(['0', 'false']);
  });

  it('puts back what Node 23 removed from util', async () => {
    const removed = Object.getOwnPropertyDescriptor(util, 'isNullOrUndefined');
    Reflect.deleteProperty(util, 'isNullOrUndefined');
    const native = backend();
    const [runtime] = await native.diagnose();
    expect(runtime).toMatchObject({ ok: true, found: expect.stringContaining('puts util.isNullOrUndefined back') });
    await native.load();
    expect(tidy(() => tensor([5]).dataSync()[0])).toBe(5);
    expect(Object.keys(util)).not.toContain('isNullOrUndefined');
    const { isNullOrUndefined }: { isNullOrUndefined?: unknown } = util;
    expect(typeof isNullOrUndefined === 'function' && [null, undefined, 0, ''].map((value) => isNullOrUndefined(value))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    if (removed) Object.defineProperty(util, 'isNullOrUndefined', removed);
  });

  // Node 24 has neither function of its own: the built package must train there.
  const node24 = (args: readonly string[]) =>
    execFileSync('npx', ['-y', 'node@24', ...args], { encoding: 'utf8', stdio: 'pipe', timeout: 30_000 });
  let version = '';
  try {
    version = node24(['--version']).trim();
  } catch {
    console.log('Not checked here: tfjs-node on Node 24, which npx cannot fetch');
  }
  it.runIf(version !== '')('trains on Node 24', () => {
    const script = fileURLToPath(new URL('../test/train.mjs', import.meta.url));
    expect(node24([script, project(name)]).trim()).toMatch(/^v24\.\S+ tensorflow 2,-4,6$/);
  });
});

describe('nativeCpu says in one line that there is', () => {
  const install = 'npm install @tensorflow/tfjs-node@4.22.0';
  const rebuild = 'npm rebuild @tensorflow/tfjs-node --build-addon-from-source';

  async function reason(native: DiagnosedBackend): Promise<string> {
    const text = await native.unavailable();
    expect(text).toMatch(/^[^\n]+ \(needed: [^\n]+\): [^\n]+$/);
    return text ?? '';
  }

  it('no package', async () => {
    const native = nativeCpu({ from: project('@tensorflow/tfjs-node-gpu') });
    const text = await reason(native);
    expect(text).toContain('@tensorflow/tfjs-node is not installed');
    expect(text).toContain(install);
    expect(text).toContain('pnpm add --allow-build=@tensorflow/tfjs-node @tensorflow/tfjs-node@4.22.0');
    await expect(native.load()).rejects.toMatchObject({ code: 'backend-not-installed', message: text });
    const checks = await native.diagnose();
    const unchecked = checks.filter(({ ok }) => ok === undefined).map(({ name }) => name);
    expect(unchecked).toEqual(['tfjs-core', 'native addon', 'start']);
    expect(checks.at(-1)?.found).toContain('not checked without package, tfjs-core, native addon');
  });

  it('no native addon', async () => {
    const native = backend({ addonFolder: '' });
    const text = await reason(native);
    expect(text).toMatch(/@tensorflow\/tfjs-node is installed without .*lib\/napi-v8\/tfjs_binding\.node/);
    expect(text).toContain(rebuild);
    await expect(native.load()).rejects.toMatchObject({ code: 'backend-failed', message: text });
  });

  it('an addon for another Node-API only', async () => {
    expect(await reason(backend({ addonFolder: 'lib/napi-v6' }))).toContain('only with one in napi-v6');
    expect(await reason(backend({}, { napi: 7 }))).toContain('only with one in napi-v8');
  });

  it('an addon that is not for this system, in the words of its loader', async () => {
    const native = backend({ addon: addons.garbage });
    const text = await reason(native);
    expect(text).toMatch(/the native addon does not load \(.*(invalid ELF header|not valid mach-o|slice is not valid).*\)/i);
    expect(text).toContain(rebuild);
    await expect(native.load()).rejects.toMatchObject({ code: 'backend-failed', message: expect.stringContaining(rebuild) });
  });

  it('no libtensorflow beside its addon', async () => {
    const text = await reason(backend({ addon: addons.noLibtensorflow }));
    expect(text).toContain('(libtensorflow.so.2: cannot open shared object file: No such file or directory)');
    expect(text).toContain('storage.googleapis.com');
  });

  it('a library that crashes, which must not take the program with it', async () => {
    expect(await reason(backend({ addon: addons.crash }))).toContain('libtensorflow ends the process (SIGILL)');
  });

  it('a package whose module fails for another reason', async () => {
    await expect(backend({ addon: "throw new Error('first\\nsecond');" }).load()).rejects.toMatchObject({
      code: 'backend-failed',
      message: expect.stringMatching(/^@tensorflow\/tfjs-node does not load \(first\): [^\n]+$/),
    });
  });

  it('another tfjs-core', async () => {
    const native = backend({ core: 'own' });
    const text = await reason(native);
    expect(text).toMatch(/two copies of tfjs-core, \S+ and for @tensorflow\/tfjs-node \S+/);
    expect(text).toContain('npm dedupe');
    await expect(native.load()).rejects.toMatchObject({ code: 'backend-failed', message: text });
  });

  it('another tfjs-core that paths do not tell of, as in a bundle', async () => {
    const here = linux();
    // A bundle has no tfjs-core beside it.
    const resolve: Machine['resolve'] = (wanted, from) =>
      String(from).startsWith('file:') ? undefined : here.resolve(wanted, from);
    const native = backend({ core: 'own' }, { resolve });
    expect(await native.unavailable()).toBeUndefined();
    await expect(native.load()).rejects.toMatchObject({
      code: 'backend-failed',
      message: expect.stringMatching(/has its own copy of tfjs-core, .*: do not bundle/),
    });
  });

  it('no backend after it was removed', async () => {
    const native = backend();
    await native.load();
    removeBackend('tensorflow');
    await expect(native.load()).rejects.toMatchObject({
      code: 'backend-failed',
      message: expect.stringContaining('was removed from this process'),
    });
  });

  it('no umbrella package', async () => {
    expect(await reason(backend({ core: 'none' }))).toContain('@tensorflow/tfjs-node lacks its dependency @tensorflow/tfjs');
  });

  it('the other package in this process', async () => {
    const gpu = nodeBackend(
      { ...nativeCpuKind, package: '@tensorflow/tfjs-node-gpu' },
      { from: project('@tensorflow/tfjs-node-gpu') },
      linux(),
    );
    await gpu.load();
    const native = backend();
    expect(await reason(native)).toContain('@tensorflow/tfjs-node-gpu runs in this process already');
    await expect(native.load()).rejects.toMatchObject({ code: 'backend-failed' });
    expect(getBackend()).toBe('tensorflow');
  });

  it.each([
    ['bun', '1.3.0', 'this is bun 1.3.0'],
    ['deno', '2.5.0', 'this is deno 2.5.0'],
    ['browser', '', 'this is no Node'],
    ['node', '20.18.1', 'this is Node 20.18.1'],
    ['node', '18.20.0', 'this is Node 18.20.0'],
  ])('the wrong runtime: %s %s', async (runtime, version, text) => {
    const native = backend({}, { runtime: { name: runtime, version } });
    expect(await reason(native)).toContain(`${text} (needed: Node 20.19 or newer)`);
    const checks = await native.diagnose();
    expect(checks.slice(1).map(({ ok }) => ok)).not.toContain(true);
  });

  it.each([
    ['win32', 'arm64', 'Windows arm64'],
    ['freebsd', 'x64', 'freebsd x64'],
    ['linux', 'ia32', 'Linux ia32'],
  ])('no libtensorflow for %s %s', async (platform, arch, text) => {
    expect(await reason(backend({}, { platform, arch }))).toContain(`there is no libtensorflow for ${text}`);
  });

  it('no libtensorflow for musl', async () => {
    expect(await reason(backend({}, { musl: true }))).toContain('there is no libtensorflow for Linux x64 with musl');
  });

  it('no AVX', async () => {
    const native = backend({}, { read: (path) => (path === '/proc/cpuinfo' ? 'flags : fpu sse4_2\n' : linux().read(path)) });
    expect(await reason(native)).toContain('a processor without AVX');
    await expect(native.load()).rejects.toMatchObject({ code: 'backend-failed' });
  });

  it('a library that lies elsewhere, on Windows', async () => {
    const windows = { platform: 'win32' };
    expect(await reason(backend({}, windows))).toContain('is installed without tensorflow.dll');
    const here = linux();
    const staged = { ...windows, exists: (path: string) => path.endsWith('deps/lib/tensorflow.dll') || here.exists(path) };
    expect(await reason(backend({}, staged))).toMatch(
      /tensorflow\.dll is not in .*napi-v8 \(.*\): copy .*deps\/lib\/tensorflow\.dll there/,
    );
    expect(await backend({}, { ...staged, exists: () => true }).unavailable()).toBeUndefined();
  });
});
