import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { folder, gpus, libraries, linux, nvidiaSmi, removeFakes } from '../../test/fake.js';
import { driverProbes } from './driver-probes.js';
import { older } from './graphics.js';

function find(name: string) {
  const probe = driverProbes(linux()).find((each) => each.name === name);
  if (probe === undefined) throw new Error(`no probe ${name}`);
  return probe.find();
}

/** Puts a command before those of this machine. */
const onPath = (path: string) => vi.stubEnv('PATH', `${path}:${process.env.PATH}`);
const unix = process.platform !== 'win32';
const onLinux = process.platform === 'linux';
if (!unix) console.log('Not checked here: what NVIDIA drivers say, as the stand-in for nvidia-smi is a shell script');

afterEach(() => {
  removeFakes();
  vi.unstubAllEnvs();
});

describe('older', () => {
  it.each([
    ['450.80', '450.80.02', true],
    ['450.80.02', '450.80.02', false],
    ['450.80.2', '450.80.02', false],
    ['99.1', '450', true],
    ['10.0', '3.5', false],
    ['', '3.5', true],
  ])('%s than %s: %s', (version, than, expected) => expect(older(version, than)).toBe(expected));
});

describe.runIf(unix)('the driver', () => {
  it.runIf(onLinux)('may be absent', async () => {
    const path = folder();
    writeFileSync(join(path, 'libcuda.so.1'), ''); // hides that of a machine with a GPU
    vi.stubEnv('LD_LIBRARY_PATH', path);
    vi.stubEnv('PATH', path);
    const { found, remedy } = await find('driver');
    expect(found).toBe('no NVIDIA driver (neither nvidia-smi nor libcuda.so.1)');
    expect(remedy).toContain('https://www.nvidia.com/drivers');
    expect(remedy).toContain('docker run --gpus all');
  });

  it.runIf(onLinux)('may lack its command, and will do', async () => {
    vi.stubEnv('PATH', folder());
    vi.stubEnv('LD_LIBRARY_PATH', libraries(['libcuda.so.1']));
    expect(await find('driver')).toEqual({ found: 'libcuda.so.1, without nvidia-smi' });
    expect(await find('compute capability')).toEqual({ found: 'unknown without nvidia-smi' });
  });

  it.each([
    [
      "echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9",
      'has failed because it could',
    ],
    ["echo 'Failed to initialize NVML: Driver/library version mismatch' >&2; exit 18", 'NVML: Driver/library version mismatch'],
    ['exit 6', 'exit code 6'],
    ['kill -9 $$', 'SIGKILL'],
    ['exit 0', 'lists no GPU'],
  ])('may fail: %s', async (script, said) => {
    onPath(nvidiaSmi(script));
    const { found, remedy } = await find('driver');
    expect(found).toMatch(new RegExp(`^nvidia-smi .*${said}`));
    expect(remedy).toBeDefined();
  });

  it.each([
    ['440.100', false],
    ['450.51.06', false],
    ['450.80.02', true],
    ['580.65', true],
  ])('%s is new enough: %s', async (version, enough) => {
    onPath(gpus(`Tesla T4, ${version}, 7.5`));
    const { found, remedy } = await find('driver');
    expect([found, remedy === undefined]).toEqual([`driver ${version} of Tesla T4`, enough]);
  });

  it('may not know compute capabilities', async () => {
    const error = 'Field "compute_cap" is not a valid field to query.';
    onPath(nvidiaSmi(`case "$*" in *compute_cap*) echo '${error}'; exit 2;; *) echo 'Tesla K80, 450.80.02';; esac`));
    expect(await find('driver')).toEqual({ found: 'driver 450.80.02 of Tesla K80' });
    expect(await find('compute capability')).toEqual({ found: 'Tesla K80: unknown' });
  });
});

describe.runIf(unix)('GPUs', () => {
  it.each([
    [['Tesla K10, 470.57.02, 3.0'], false],
    [['GeForce GTX 480, 470.57.02, 2.0', 'Tesla K10, 470.57.02, 3.0'], false],
    [['Tesla K10, 470.57.02, 3.0', 'Tesla K40, 470.57.02, 3.5'], true],
    [['NVIDIA GeForce RTX 5090, 570.86.10, 12.0'], true],
  ])('%j can be used: %s', async (lines, enough) => {
    onPath(gpus(...lines));
    const { found, remedy } = await find('compute capability');
    expect(remedy === undefined).toBe(enough);
    expect(found.includes('compiled when they first run')).toBe(lines.some((line) => line.endsWith('12.0')));
  });

  it.each([
    ['', false],
    ['-1', false],
    ['0', true],
    ['1,0', true],
    ['GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', true],
  ])("CUDA_VISIBLE_DEVICES='%s' shows one: %s", async (devices, shown) => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', devices);
    const { found, remedy } = await find('visible GPUs');
    expect(found).toContain(`CUDA_VISIBLE_DEVICES is '${devices}'`);
    expect(remedy === undefined).toBe(shown);
  });
});
