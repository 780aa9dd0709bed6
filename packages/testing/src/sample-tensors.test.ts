import { memory } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { expect, test } from 'vitest';
import { forms, linearLogSnr } from './forms.js';
import { pointDenoiser } from './point-denoiser.js';
import { samplePlain } from './sample-plain.js';
import { sampleTensors } from './sample-tensors.js';

const process = forms(linearLogSnr({ min: -9, max: 9 })).flow;
const options = {
  process,
  denoiser: pointDenoiser([1, -2]),
  levels: [-4, -1, 2, Infinity].map(process.level),
  start: Float64Array.of(0.5, 1, -1, 0.25),
  noise: ({ index, draw }: { readonly index: number; readonly draw: number }) => Float64Array.of(index, draw, 0.5, index - draw),
};
/** Uses all that a step is given. */
function blend<X>(): Sampler<X> {
  return {
    step({ from, to, denoise, noise, note, recall, combine }, x) {
      const denoised = denoise(x, from);
      const last = recall('last') ?? x;
      note('last', denoised);
      const draws = [noise(from, to), noise(from, to)] as const;
      return { x: combine([0.5, x], [0.25, denoised], [0.125, last], [0.5, draws[0]], [0.25, draws[1]]), denoised };
    },
  };
}

test('takes the same steps as samplePlain, and keeps no tensor', async () => {
  await sampleTensors({ ...options, sampler: blend() }); // makes the backend
  const before = memory().numTensors;
  const steps = await sampleTensors({ ...options, sampler: blend() });
  expect(memory().numTensors).toBe(before);
  expect(steps).toEqual(samplePlain({ ...options, sampler: blend<Float64Array>() })); // all numbers are exact in float32
});

test('a sampler that draws needs noise', async () => {
  const { noise: _, ...silent } = options;
  await expect(sampleTensors({ ...silent, sampler: blend() })).rejects.toMatchObject({ code: 'noise-not-given' });
});
