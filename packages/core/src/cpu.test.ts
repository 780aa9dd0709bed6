import { getBackend, grad, mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { useBackend } from './backend.js';
import { cpu } from './cpu.js';

afterEach(() => vi.doUnmock('@tensorflow/tfjs-backend-cpu'));

it('runs, with gradients, where no other can', async () => {
  const gpu = { name: 'gpu', unavailable: () => 'no driver', load: async () => {} };
  expect(await useBackend(gpu, cpu())).toEqual({ name: 'cpu', passedOver: [{ name: 'gpu', reason: 'no driver' }] });
  expect(getBackend()).toBe('cpu');
  expect([...grad((x: Tensor) => mul(x, x))(tensor([1, -2])).dataSync()]).toEqual([2, -4]);
});

it('says what to install where it is not', async () => {
  vi.doMock('@tensorflow/tfjs-backend-cpu', () => {
    throw new Error('absent');
  });
  expect(await cpu().unavailable()).toContain('npm install @tensorflow/tfjs-backend-cpu');
  await expect(cpu().load()).rejects.toMatchObject({ code: 'backend-not-installed' });
});
