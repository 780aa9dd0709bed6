/**
 * Projects on disk with packages that are tfjs-node to the eye: their layout, manifest, order of work and error texts are those
 * of 4.22.0, their native addon is JavaScript (a folder named like the file), and their backend is tfjs's cpu backend under
 * another name.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import type { PackageName } from '../src/internal/installation.js';
import { cudaLibraries, cudnn } from '../src/internal/libraries.js';
import { type Machine, thisMachine } from '../src/internal/machine.js';

/** What its native addon does when it is loaded. */
export const addons = {
  cpu: 'module.exports = { isUsingGpuDevice: () => false };',
  gpu: 'module.exports = { isUsingGpuDevice: () => true };',
  /** In the words of libtensorflow, on the CPU for want of a library. */
  gpuWithoutLibrary: `
process.stderr.write("2022-06-01 10:00:00: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] " +
  "Could not load dynamic library 'libcusolver.so.11'; dlerror: libcusolver.so.11: cannot open shared object file\\n");
module.exports = { isUsingGpuDevice: () => false };`,
  noLibtensorflow: `throw new Error('libtensorflow.so.2: cannot open shared object file: No such file or directory');`,
  crash: `process.kill(process.pid, 'SIGILL'); while (true);`,
  /** Not of this system: the very file is loaded, so that the words are the loader's. */
  garbage: Buffer.from('not an ELF file, but long enough for the header to be read by the loader of this system '.repeat(2)),
};

export interface FakeOptions {
  readonly addon?: string | Buffer;
  /** Folder below the package in which the addon lies; none leaves it out. */
  readonly addonFolder?: string;
  /** Which tfjs-core it gets: this repository's, one of its own, or no umbrella package at all. */
  readonly core?: 'same' | 'own' | 'none';
  readonly manifest?: string;
}

const real = createRequire(import.meta.url);
const folders: string[] = [];

export function removeFakes(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'backend-node-'));
  folders.push(made);
  return made;
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'dir');
}

/** A project that has the package. Gives its folder. */
export function project(name: PackageName, options: FakeOptions = {}): string {
  const { addon = addons.cpu, addonFolder = 'lib/napi-v8', core = 'same' } = options;
  const root = folder();
  const modules = join(root, 'node_modules');
  const at = join(modules, name);
  write(join(root, 'package.json'), '{ "name": "project" }');
  write(join(at, 'package.json'), options.manifest ?? manifest(name));
  write(join(at, 'dist/index.js'), index);
  if (addonFolder !== '') {
    const file = join(at, addonFolder, 'tfjs_binding.node');
    write(typeof addon === 'string' ? join(file, 'index.js') : file, addon);
  }
  if (core === 'none') return root;
  write(
    join(modules, '@tensorflow/tfjs/package.json'),
    '{ "name": "@tensorflow/tfjs", "version": "4.22.0", "main": "index.js" }',
  );
  write(join(modules, '@tensorflow/tfjs/index.js'), "module.exports = require('@tensorflow/tfjs-core');");
  const [ours, cpu] = ['tfjs-core', 'tfjs-backend-cpu'].map((each) => dirname(real.resolve(`@tensorflow/${each}/package.json`)));
  if (ours === undefined || cpu === undefined) throw new Error('tfjs is not installed');
  link(cpu, join(modules, '@tensorflow/tfjs-backend-cpu'));
  const copy = join(modules, '@tensorflow/tfjs-core');
  if (core === 'same') link(ours, copy);
  else {
    write(join(copy, 'package.json'), '{ "name": "@tensorflow/tfjs-core", "version": "4.21.0", "main": "index.js" }');
    write(join(copy, 'index.js'), `module.exports = { ...require(${JSON.stringify(ours)}), Tensor: class Tensor {} };`);
  }
  return root;
}

function manifest(name: PackageName): string {
  const binary = {
    module_name: 'tfjs_binding',
    module_path: './lib/napi-v{napi_build_version}',
    napi_versions: [3, 4, 5, 6, 7, 8],
  };
  return JSON.stringify({
    name,
    version: '4.22.0',
    main: 'dist/index.js',
    dependencies: { '@tensorflow/tfjs': '4.22.0' },
    binary,
  });
}

const index = `
const { existsSync } = require('fs');
const { join } = require('path');
const util = require('util');
const tf = require('@tensorflow/tfjs');
const { MathBackendCPU } = require('@tensorflow/tfjs-backend-cpu');
const { name } = require('../package.json');
const bindingPath = join(__dirname, '../lib/napi-v8/tfjs_binding.node');
if (!existsSync(bindingPath)) throw new Error(
  'The Node.js native addon module (tfjs_binding.node) can not be found at path: ' + bindingPath +
  ". \\nPlease run command 'npm rebuild " + name + " --build-addon-from-source' to rebuild the native addon module.");
const binding = require(bindingPath);
class NodeJSKernelBackend extends MathBackendCPU {
  isGPUPackage = name === '@tensorflow/tfjs-node-gpu';
  isUsingGpuDevice = binding.isUsingGpuDevice();
  write(values, shape, dtype) {
    if ((0, util.isNullOrUndefined)(shape) || !(0, util.isArray)(shape)) throw new Error('shape');
    return super.write(values, shape, dtype);
  }
}
if (tf.getKernelsForBackend('tensorflow').length === 0) tf.copyRegisteredKernels('cpu', 'tensorflow');
tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(), 3);
if (!tf.setBackend('tensorflow')) throw new Error('Could not initialize TensorFlow backend.');
`;

/** This machine, as far as tfjs-node is concerned: one for which there is a libtensorflow. */
export function linux(changes: Partial<Machine> = {}): Machine {
  const here = thisMachine();
  const read = (path: string) => (path === '/proc/cpuinfo' ? 'flags\t\t: fpu sse avx avx2\n' : here.read(path));
  return { ...here, platform: 'linux', arch: 'x64', musl: false, read, ...changes };
}

/** A folder with an `nvidia-smi` that is this shell script. */
export function nvidiaSmi(script: string): string {
  const path = folder();
  writeFileSync(join(path, 'nvidia-smi'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

/** One that knows these GPUs, a line each of name, driver and compute capability. */
export function gpus(...lines: readonly string[]): string {
  return nvidiaSmi(`cat <<'END'\n${lines.join('\n')}\nEND`);
}

/** A folder with files of these names that the loader of this system opens: links to a library that it has. */
export function libraries(names: readonly string[]): string {
  const path = folder();
  const library = someLibrary();
  if (library === undefined) throw new Error('this Node has loaded no library that could be linked to');
  for (const name of names) symlinkSync(library, join(path, name));
  return path;
}

/** Names that a probe's finding is expected to have, and that the fakes of a machine with CUDA give. */
export const cudaFiles: readonly string[] = [...cudaLibraries.linux, ...cudnn.linux];

/** Puts a driver and libraries of these names where this process and its children look for them. */
export function withCuda(present: readonly string[] = cudaFiles): void {
  vi.stubEnv('PATH', `${gpus('Tesla T4, 470.57.02, 7.5')}:${process.env.PATH}`);
  vi.stubEnv('LD_LIBRARY_PATH', libraries(present));
  for (const variable of ['CUDA_VISIBLE_DEVICES', 'CUDA_HOME', 'CUDA_PATH', 'CONDA_PREFIX']) vi.stubEnv(variable, undefined);
}

/** A shared library that any process here can load. */
function someLibrary(): string | undefined {
  const report: object = { ...process.report, excludeNetwork: true }.getReport?.() ?? {};
  const loaded: unknown = 'sharedObjects' in report ? report.sharedObjects : [];
  return Array.isArray(loaded) ? loaded.find((path) => typeof path === 'string' && /\/libm[.-]/.test(path)) : undefined;
}
