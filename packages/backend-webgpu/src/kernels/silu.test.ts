import { setBackend, tensor, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { on, present, run, setUp } from '../../test/compare.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe.skipIf(!present)('SiLU on WebGPU', () => {
  beforeAll(setUp);

  it('is x·sigmoid(x) to 2e-6, and so its slope, everywhere', async () => {
    const points = Float32Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 125);
    const [y, slope] = await on('webgpu', () => {
      const x = tensor(points);
      return [...run('SiLU', { x }), ...run('SiLUGrad', { x, dy: tensor(new Float32Array(points.length).fill(2)) })];
    });
    for (const [i, point] of points.entries()) {
      const s = sigmoid(point);
      expect(Math.abs((y?.values[i] ?? Number.NaN) - point * s), `at ${point}`).toBeLessThanOrEqual(
        2e-6 * Math.max(1, Math.abs(point * s)),
      );
      expect(Math.abs((slope?.values[i] ?? Number.NaN) / 2 - s * (1 + point * (1 - s))), `slope at ${point}`).toBeLessThanOrEqual(
        2e-6,
      );
    }
  });

  it('is finite far out', async () => {
    const [y] = await on('webgpu', () => run('SiLU', { x: tensor([-1e30, -200, 200, 1e30, 0]) }));
    const [low, small, large, huge, zero] = y?.values ?? [];
    expect([Math.abs(low ?? 1) < 1e-6, Math.abs(small ?? 1) < 1e-30]).toEqual([true, true]);
    expect([large, huge, zero]).toEqual([200, Math.fround(1e30), 0]);
  });

  it('names what it cannot do', async () => {
    await setBackend('webgpu');
    expect(() => run('SiLU', { x: zeros([2], 'int32') })).toThrow(/SiLU cannot do this.*x int32 \[2\]/);
  });
});
