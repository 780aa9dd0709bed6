import '@tensorflow/tfjs-backend-cpu';
import { memory, tensor } from '@tensorflow/tfjs-core';
import { key, normals, sample } from '@tweedie/core';
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, onTensors, samplePlain, threeGaussians } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { dpmpp2m } from './dpmpp-2m.js';
import { heun } from './heun.js';
import { restarted } from './restarted.js';
import { revisiting } from './revisiting.js';

const promises = { order: 2, exactOnPoint: true, formInvariant: true } as const;
describeSampler('restarted Heun, on a grid that only falls', <X>() => restarted(heun<X>()), {
  ...promises,
  evaluationsPerStep: stages(2),
});
describeSampler('restarted dpmpp2m, on a grid that only falls', <X>() => restarted(dpmpp2m<X>()), {
  ...promises,
  evaluationsPerStep: 1,
});

describe.each(Object.entries(forms(linearLogSnr({ min: -8, max: 8 }))))('restarted, %s', (_, process) => {
  // Gaussian data: the response of the result to the start and to each draw says all, and the flow is known.
  const data = 0.25;
  const variance = ({ alpha, sigma }: { readonly alpha: number; readonly sigma: number }) => alpha ** 2 * data + sigma ** 2;
  const [first, top, bottom, end] = [process.level(-4), process.level(0), process.level(3), process.level(6)];
  const grid = () => Array.from({ length: 401 }, (_, i) => process.level(-4 + i / 40));
  const ratio = ({ alpha, sigma }: typeof first) => sigma / alpha;
  const responses = (times: number) => {
    const levels = revisiting(grid, { min: ratio(bottom) * (1 - 1e-9), max: ratio(top) * (1 + 1e-9), times })(process, 400);
    const impulse = (source: number, size = 1) => Float64Array.from({ length: times + 1 }, (_, i) => (i === source ? size : 0));
    let draws = 0;
    const path = samplePlain({
      denoiser: (x, level) => x.map((each) => ((level.alpha * data) / variance(level)) * each),
      process,
      sampler: restarted(heun<Float64Array>()),
      levels,
      start: impulse(0, Math.sqrt(variance(first))),
      noise: () => impulse(++draws),
    });
    expect(draws).toBe(times);
    return path.at(-1)?.x ?? new Float64Array();
  };

  test.each([0, 1, 4])('%d restarts keep the distribution', (times) => {
    const result = responses(times).reduce((sum, each) => sum + each ** 2, 0);
    expect(Math.abs(result / variance(end) - 1)).toBeLessThan(1e-3);
  });

  test('each restart forgets the start by the same factor, that of the way up and down', () => {
    // Up: α_t/α_s. Down: the flow of Gaussian data scales by the deviations.
    const factor = (top.alpha / bottom.alpha) * Math.sqrt(variance(bottom) / variance(top));
    expect(factor).toBeLessThan(0.5);
    for (const times of [1, 2, 4]) {
      const share = (responses(times)[0] ?? 0) / (responses(0)[0] ?? 0);
      expect(Math.abs(share / factor ** times - 1)).toBeLessThan(1e-2);
    }
  });
});

test('on tensors the way up gives the numbers that it gives on plain numbers, and leaves nothing behind', async () => {
  const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
  const grid = () => [-4, -2, -1, 0, 1, 2, 4, Infinity].map(process.level);
  const levels = revisiting(grid, { min: 0.3, max: 2, times: 2 })(process, 7);
  const draws = (index: number) => normals(key(index), 6);
  const start = tensor(normals(key(100), 6), [3, 2]);
  const mixture = mixtureDenoiser(threeGaussians);
  const before = memory().numTensors;
  const result = await sample({
    denoiser: onTensors(mixture),
    process,
    sampler: restarted(dpmpp2m()),
    grid: () => levels,
    steps: 7,
    key: key(0),
    start,
    noise: ({ index }) => tensor(draws(index), [3, 2]),
  });
  expect(memory().numTensors).toBe(before + 1);
  const plain = samplePlain({
    denoiser: mixture,
    process,
    sampler: restarted(dpmpp2m<Float64Array>()),
    levels,
    start: Float64Array.from(start.dataSync()),
    noise: ({ index }) => Float64Array.from(draws(index)),
  });
  const last = plain.at(-1)?.x ?? [];
  for (const [i, x] of result.dataSync().entries()) expect(Math.abs(x - (last[i] ?? Number.NaN))).toBeLessThan(1e-4);
});
