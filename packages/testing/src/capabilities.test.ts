import { getKernel, type KernelConfig, memory, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import { cpu } from '@tweedie/core/cpu';
import { afterEach, expect, it } from 'vitest';
import { capabilities } from './capabilities.js';

const restored: KernelConfig[] = [];
afterEach(() => {
  for (const config of restored.splice(0)) {
    unregisterKernel(config.kernelName, config.backendName);
    registerKernel(config);
  }
});

/** Puts another function in a kernel's place until the test is over. */
function replace(name: string, backend: string, by: (original: KernelConfig['kernelFunc']) => KernelConfig['kernelFunc']): void {
  const config = getKernel(name, backend);
  restored.push(config);
  unregisterKernel(name, backend);
  registerKernel({ ...config, kernelFunc: by(config.kernelFunc) });
}

it.each([cpu(), wasm()])('finds everything right on $name, to float32, and leaves nothing behind', async (backend) => {
  await useBackend(backend);
  const before = memory().numTensors;
  const table = await capabilities();
  expect(memory().numTensors).toBe(before);
  const outcomes = table.flatMap(({ kernel, forward, gradient }) => [
    { kernel, ...forward },
    ...(gradient ? [{ kernel, ...gradient }] : []),
  ]);
  expect(outcomes.filter(({ state }) => state !== 'works' && state !== 'composed')).toEqual([]);
  // Kernels of our own making: plain tfjs has none of them, wasm all.
  const composed = outcomes.filter(({ state }) => state === 'composed').map(({ kernel }) => kernel);
  expect(composed.includes('GroupNorm')).toBe(backend.name === 'cpu');
  expect(composed.length > 0).toBe(backend.name === 'cpu');
  expect(Math.max(...outcomes.map((outcome) => ('deviation' in outcome ? outcome.deviation : 0)))).toBeLessThan(1e-6);
});

it('tells of a kernel that is wrong, that throws, and that is absent', async () => {
  await useBackend(cpu());
  replace('Exp', 'cpu', (original) => (call) => {
    const out = original(call);
    const [first] = Array.isArray(out) ? out : [out];
    const values: unknown = first && Reflect.get(Object(call.backend), 'data').get(first.dataId).values;
    if (values instanceof Float32Array) values[0] = (values[0] ?? 0) * 1.01;
    return out;
  });
  replace('Sin', 'cpu', () => (): TensorInfo => {
    throw new Error('no sines today\nat all');
  });
  const tile = getKernel('Tile', 'cpu');
  unregisterKernel('Tile', 'cpu');
  const table = await capabilities();
  registerKernel(tile);
  const of = (name: string) => table.find(({ kernel }) => kernel === name);
  expect(of('Exp')?.forward.state).toBe('wrong');
  expect(of('Exp')?.gradient?.state).toBe('wrong'); // which reads the output
  expect(of('Sin')?.forward).toEqual({ state: 'missing', reason: 'no sines today' });
  expect(of('Tile')?.forward).toMatchObject({
    state: 'missing',
    reason: expect.stringContaining("Kernel 'Tile' not registered"),
  });
  expect(of('Cos')?.forward.state).toBe('works');
});
