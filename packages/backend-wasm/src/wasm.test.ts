import { engine, getBackend, getKernel } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { moduleOf, type WasmBackend } from './internal/module.js';
import { registerKernels } from './register-kernels.js';
import { wasm } from './wasm.js';

it('needs the backend to be set before kernels are registered', () => {
  expect(() => registerKernels()).toThrow(expect.objectContaining({ code: 'backend-not-set' }));
});

it('loads tfjs with gradients and kernels, more than once', async () => {
  const backend = wasm();
  expect([backend.name, await backend.unavailable()]).toEqual(['wasm', undefined]);
  await backend.load();
  await wasm().load();
  expect(getBackend()).toBe('wasm');
  for (const name of ['Conv2DBackpropFilter', 'UnsortedSegmentSum', 'GroupNormGrad'])
    expect(getKernel(name, 'wasm')).toBeDefined();
});

it('without our own WebAssembly registers only what can be composed, and can change back', async () => {
  await wasm().load();
  expect(registerKernels({ composed: true })).toBe('composed');
  expect(getKernel('GroupNorm', 'wasm')).toBeUndefined();
  expect(getKernel('Conv2D', 'wasm')).toBeDefined();
  expect(registerKernels()).toBe('simd');
  expect(getKernel('GroupNorm', 'wasm')).toBeDefined();
  expect(engine().backendName).toBe('wasm');
});

it('sees where tfjs does not show its memory, or shares it between threads', () => {
  const backend = (asm?: object) => ({ wasm: { _malloc: () => 0, _free() {}, ...(asm && { asm }) } }) as unknown as WasmBackend;
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  expect(moduleOf(backend())).toBeUndefined();
  expect(moduleOf(backend({ a: () => 0 }))).toBeUndefined();
  expect(moduleOf(backend({ memory: shared }))).toBeUndefined();
  expect(moduleOf(backend({ memory: new WebAssembly.Memory({ initial: 1 }) }))).toBeDefined();
});
