import { cos, sin, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { on, present, setUp } from '../../test/compare.js';

describe.skipIf(!present)('sine and cosine on WebGPU', () => {
  beforeAll(setUp);

  it.each([
    [3.2, 2e-7],
    [1000, 3e-7],
    [1e5, 1e-6],
  ])('up to ±%d are right to %d', async (limit, tolerance) => {
    const angles = Float32Array.from({ length: 20_001 }, (_, i) => (limit * (i - 10_000)) / 10_000);
    const [sines, cosines] = await on('webgpu', () => [sin(tensor(angles)), cos(tensor(angles))]);
    let error = 0;
    for (const [i, angle] of angles.entries()) {
      error = Math.max(error, Math.abs((sines?.values[i] ?? Number.NaN) - Math.sin(angle)));
      error = Math.max(error, Math.abs((cosines?.values[i] ?? Number.NaN) - Math.cos(angle)));
    }
    expect(error).toBeLessThan(tolerance);
  });
});
