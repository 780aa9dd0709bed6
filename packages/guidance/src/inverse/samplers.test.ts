import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor } from '@tensorflow/tfjs-core';
import { SAMPLERS } from '@tweedie/backend-suite/samplers';
import { type Guidance, key, type Sampler, sample } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { ddpm } from '@tweedie/samplers';
import { uniformLogSnr } from '@tweedie/schedules';
import { forms, linearLogSnr } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { consistent } from './consistent.js';
import { masked } from './masked.js';
import { posteriorSampling } from './posterior-sampling.js';
import { pseudoinverseGuided } from './pseudoinverse-guided.js';
import { replaced } from './replaced.js';

await setBackend('cpu');
const [mask, image] = [tensor([[1, 0]]), tensor([[0.5, 0]])];
const measured = { operator: masked(mask), measurement: image };
const plain: Guidance<undefined> = (denoiser) => denoiser;
const ways: Readonly<Record<string, { guidance?: Guidance<undefined>; around?: (sampler: Sampler) => Sampler }>> = {
  consistent: { guidance: consistent(measured) },
  pseudoinverseGuided: { guidance: pseudoinverseGuided({ ...measured, noise: 0.1 }) },
  posteriorSampling: { guidance: posteriorSampling({ ...measured, scale: 0.2 }) },
  replaced: { around: (sampler) => replaced(sampler, { image, mask }) },
};
const denoiser = mixtureDenoiser(
  gaussianMixture({
    means: [
      [1, 1],
      [-1, 0],
    ],
    covariances: [0.3, 0.2],
  }),
);

const run = {
  process: forms(linearLogSnr({ min: -6, max: 6 }))['variance preserving'],
  grid: uniformLogSnr(),
  key: key(4),
  start: [8, 2],
};

describe.each(Object.entries(ways))('%s', (_, { guidance = plain, around = (sampler) => sampler }) => {
  const result = async (steps: number, sampler: Sampler) => {
    const x = await sample({ ...run, steps, denoiser: guidance(denoiser), sampler: around(sampler) });
    const values = [...x.dataSync()];
    x.dispose();
    return values;
  };

  test.each(['ddpm', 'heun', 'dpmpp2m'])('with %s the measurement is approached', async (name) => {
    const distance = (values: readonly number[]) =>
      values.reduce((sum, value, i) => sum + (i % 2 === 0 ? Math.abs(value - 0.5) : 0), 0);
    const sampler = SAMPLERS[name]?.() ?? ddpm();
    const without = await sample({ ...run, steps: 40, denoiser, sampler });
    expect(distance(await result(40, sampler))).toBeLessThan(0.6 * distance([...without.dataSync()]));
    without.dispose();
  });
});

test.each(Object.entries(SAMPLERS))('replaced around %s: finite, and nothing is left behind', async (_, make) => {
  const before = memory().numTensors;
  const x = await sample({ ...run, steps: 5, denoiser, sampler: replaced(make(), { image, mask }) });
  expect(x.dataSync().every(Number.isFinite)).toBe(true);
  x.dispose();
  expect(memory().numTensors).toBe(before);
});
