import { setBackend, tensor, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { run, setUp } from '../test/compare.js';

beforeAll(() => setUp());

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

it('is x·sigmoid(x) to 5e-7, and so its slope, everywhere', async () => {
  await setBackend('wasm');
  const points = Float32Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 125);
  const x = tensor(points);
  const y = run('SiLU', { x })[0]?.dataSync() ?? [];
  const slope = run('SiLUGrad', { x, dy: tensor(new Float32Array(points.length).fill(2)) })[0]?.dataSync() ?? [];
  for (const [i, point] of points.entries()) {
    const s = sigmoid(point);
    expect(Math.abs((y[i] ?? Number.NaN) - point * s), `at ${point}`).toBeLessThanOrEqual(5e-7 * Math.abs(point * s) + 1e-30);
    expect(Math.abs((slope[i] ?? Number.NaN) / 2 - s * (1 + point * (1 - s))), `slope at ${point}`).toBeLessThanOrEqual(1e-6);
  }
});

it('is finite far out, and keeps NaN and infinity', async () => {
  await setBackend('wasm');
  const x = tensor([-1e30, -200, 200, 1e30, Number.POSITIVE_INFINITY, Number.NaN, 0]);
  const [low, small, large, huge, infinite, none, zero] = run('SiLU', { x })[0]?.dataSync() ?? [];
  expect([Math.abs(low ?? 1) < 1e-6, Math.abs(small ?? 1) < 1e-30]).toEqual([true, true]);
  expect([large, huge, infinite, none, zero]).toEqual([200, Math.fround(1e30), Number.POSITIVE_INFINITY, Number.NaN, 0]);
});

it('names what it cannot do', async () => {
  await setBackend('wasm');
  expect(() => run('SiLU', { x: zeros([2], 'int32') })).toThrow(/SiLU cannot do this.*x int32 \[2\]/);
});
