import '@tensorflow/tfjs-backend-cpu';
import { mul, setBackend, sub, tensor } from '@tensorflow/tfjs-core';
import { type Denoiser, key, normal, sample } from '@tweedie/core';
import { perturb } from '@tweedie/forward-process';
import { ddpm } from '@tweedie/samplers';
import { describeGrid, forms, linearLogSnr } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromStrength } from './from-strength.js';
import { karras } from './karras.js';
import { uniform } from './uniform.js';

await setBackend('cpu');

const process = forms(linearLogSnr({ min: -8, max: 8 })).flow;

describeGrid('the whole of karras', () => fromStrength(karras(), 1));

test('is the end of the grid, to clean data, of the share of steps that is asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.double({ min: 1e-9, max: 1, noNaN: true }), (steps, strength) => {
      const whole = uniform()(process, steps);
      const levels = fromStrength(uniform(), strength)(process, steps);
      expect(levels).toEqual(whole.slice(-levels.length));
      expect(levels.length).toBeGreaterThanOrEqual(2);
      expect(Math.abs(levels.length - 1 - strength * steps)).toBeLessThanOrEqual(Math.max(0.5, 1 - strength * steps));
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('the less strength, the less noise at the start: down to none as steps grow', () => {
  const starts = [1, 0.6, 0.3, 0.1, 0.01].map(
    (strength) => fromStrength(uniform(), strength)(process, 1000)[0]?.sigma ?? Number.NaN,
  );
  expect(starts.toSorted((a, b) => b - a)).toEqual(starts);
  expect(starts[0]).toBe(process.at(1).sigma);
  expect(starts[4]).toBeCloseTo(process.at(0.01).sigma, 10);
  expect(fromStrength(uniform(), 0.6)(process, 50).length - 1).toBe(30);
});

test('from a noisy image: at strength 1 a run that has forgotten it, and the less the strength, the nearer to it', async () => {
  const image = tensor([[3, -3, 2, 3]]); // far out, for data N(0, 1)
  const denoiser: Denoiser = (x, { alpha, sigma }) => mul(x, alpha / (alpha ** 2 + sigma ** 2));
  const edited = async (strength: number, of = image) => {
    const levels = fromStrength(uniform(), strength)(process, 200);
    const start = perturb(of, normal(key(1), of.shape), levels[0] ?? process.at(1));
    const run = { denoiser, process, sampler: ddpm(), grid: () => levels, steps: levels.length - 1, key: key(2), start };
    return [...sub(await sample(run), image).dataSync()].map(Math.abs);
  };
  const [little, some, much] = await Promise.all([0.005, 0.3, 0.7].map((strength) => edited(strength)));
  for (const [i, distance] of (little ?? []).entries()) {
    expect(distance).toBeLessThan(0.1);
    expect(some?.[i]).toBeLessThan(much?.[i] ?? Number.NaN);
  }
  const [whole, other] = [await edited(1), await edited(1, mul(image, -1))];
  for (const [i, distance] of whole.entries()) expect(distance).toBeCloseTo(other[i] ?? Number.NaN, 1);
});

test.each([0, 1.01, -1, Number.NaN])('refuses a strength of %d', (strength) => {
  expect(() => fromStrength(uniform(), strength)).toThrow(expect.objectContaining({ code: 'strength-out-of-range' }));
});
