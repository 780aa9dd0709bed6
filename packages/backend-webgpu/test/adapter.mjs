/** A WebGPU device in Node, from the npm package `webgpu`; where there is no GPU, the software adapter that Chromium brings. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { registerBackend, removeBackend } from '@tensorflow/tfjs-core';

const software = '/usr/lib/chromium/';
const keepsLoaded = 0x1000; // RTLD_NODELETE

async function start() {
  if (existsSync(`${software}vk_swiftshader_icd.json`)) {
    process.env.VK_ICD_FILENAMES ??= `${software}vk_swiftshader_icd.json`;
    try {
      // Not a Node module, so this throws; but once loaded, Dawn finds it under its name without LD_LIBRARY_PATH.
      process.dlopen({ exports: {} }, `${software}libvulkan.so.1`, constants.dlopen.RTLD_NOW | keepsLoaded);
    } catch {}
  }
  const { create, globals } = await import('webgpu');
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  if (!adapter) return false;
  Object.assign(globalThis, globals);
  if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const device = await adapter.requestDevice();
  removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  return true;
}

/** Whether tfjs's WebGPU backend can be set. */
export const present = await start();

if (!present) console.log('Not checked here: the WebGPU kernels, as there is no adapter');
