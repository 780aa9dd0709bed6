import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { combine } from './combine.js';

beforeAll(() => setBackend('cpu'));

it('is the sum of products', () => {
  const [a, b] = [tensor([1, 2]), tensor([10, 20])];
  expect([...combine([2, a], [-0.5, b]).dataSync()]).toEqual([-3, -6]);
});

it('skips a term with coefficient 0, whatever the tensor holds', () => {
  expect([...combine([0, tensor([Infinity])], [1, tensor([3])]).dataSync()]).toEqual([3]);
  expect([...combine([0, tensor([Infinity, Number.NaN])]).dataSync()]).toEqual([0, 0]);
});

it('gives a fresh tensor even of one term, and leaves exactly that', () => {
  const x = tensor([1, 2]);
  const before = memory().numTensors;
  const y = combine([1, x]);
  x.dispose();
  expect([...y.dataSync()]).toEqual([1, 2]);
  y.dispose();
  expect(memory().numTensors).toBe(before - 1);
});

it.each([Number.NaN, Infinity, -Infinity])('refuses the coefficient %s and leaks nothing', (coefficient) => {
  const x = tensor([1]);
  const before = memory().numTensors;
  expect(() => combine([2, x], [coefficient, x])).toThrow(
    expect.objectContaining({ name: 'RangeError', code: 'coefficient-not-finite' }),
  );
  expect(() => combine()).toThrow(expect.objectContaining({ code: 'combine-empty' }));
  expect(memory().numTensors).toBe(before);
});
