import { memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { key, type NoiseSource, normals, type Sampler, sample, sampleSteps } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SamplerPromises } from '../describe-sampler.js';
import { forms, linearLogSnr } from '../forms.js';
import { mixtureDenoiser, threeGaussians } from '../gaussian-mixture.js';
import { onTensors } from '../on-tensors.js';
import { samplePlain } from '../sample-plain.js';
import { distance } from './numbers.js';
import { tensorBackend } from './tensor-backend.js';

const process = forms(linearLogSnr({ min: -8, max: 12 }))['variance preserving'];
const levels = [-8, -5, -3, -1, 0.5, 2, 4, Infinity].map(process.level);
const mixture = mixtureDenoiser(threeGaussians);
const ROWS = 4;

/** Tensors by core's driver: lifetime and randomness. */
export function samplerOnTensors(factory: <X>() => Sampler<X>, { stochastic = false }: SamplerPromises): void {
  const options = {
    denoiser: onTensors(mixture),
    process,
    sampler: factory<Tensor>(),
    grid: () => levels,
    steps: levels.length - 1,
    key: key(3),
    start: [ROWS, 2],
  };
  const numbers = async (result: Tensor) => {
    const values = await result.data();
    result.dispose();
    return values;
  };

  describe('on tensors', () => {
    beforeAll(tensorBackend);

    test('gives the numbers that it gives on plain numbers', async () => {
      const start = normals(key(5), 2 * ROWS);
      const draws = ({ index, draw }: { readonly index: number; readonly draw: number }) =>
        normals(key(100 + 10 * index + draw), 2 * ROWS);
      const noise: NoiseSource = (request) => tensor(draws(request), [ROWS, 2]);
      const x = tensor(start, [ROWS, 2]);
      const result = await numbers(await sample({ ...options, start: x, noise }));
      x.dispose();
      const plain = samplePlain({
        denoiser: mixture,
        process,
        sampler: factory<Float64Array>(),
        levels,
        start: Float64Array.from(start),
        ...(stochastic && { noise: (request) => Float64Array.from(draws(request)) }),
      });
      expect(distance(result, plain.at(-1)?.x ?? [])).toBeLessThan(1e-4);
    });

    test('the same key gives the same result, whatever the batch size and split', async () => {
      const whole = await numbers(await sample(options));
      expect(await numbers(await sample(options))).toEqual(whole);
      const parts = [];
      for (const [first, rows] of [
        [0, 1],
        [1, 3],
      ] as const)
        parts.push(...(await numbers(await sample({ ...options, first, start: [rows, 2] }))));
      expect(distance(parts, whole)).toBeLessThan(1e-5);
      expect(distance(await numbers(await sample({ ...options, key: key(4) })), whole)).toBeGreaterThan(1e-3);
    });

    test('leaves its inputs alone and no tensor behind, also after an early break', async () => {
      const values = normals(key(6), 2 * ROWS);
      const start = tensor(values, [ROWS, 2]);
      const before = memory().numTensors;
      await numbers(await sample({ ...options, start }));
      expect(memory().numTensors).toBe(before);
      for await (const step of sampleSteps({ ...options, start })) if (step.index === 2) break;
      expect(memory().numTensors).toBe(before);
      expect(await start.data()).toEqual(values);
      start.dispose();
    });
  });
}
