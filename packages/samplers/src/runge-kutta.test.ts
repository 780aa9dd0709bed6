import { describeSampler, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { flowTime, sigmaRatio } from './clocks.js';
import { euler } from './euler.js';
import { heun } from './heun.js';
import { rungeKutta } from './runge-kutta.js';

const finite = { exactOnPoint: true, formInvariant: true } as const;
const kutta = { stages: [[1 / 2], [-1, 2]], weights: [1 / 6, 2 / 3, 1 / 6] };
describeSampler("rungeKutta, Kutta's third order", () => rungeKutta({ tableau: kutta }), {
  ...finite,
  order: 3,
  evaluationsPerStep: stages(3),
});
const line = { stages: [], weights: [1] };
describeSampler('rungeKutta, first order', () => rungeKutta({ tableau: line, clock: flowTime() }), {
  ...finite,
  order: 1,
  evaluationsPerStep: 1,
});

describe.each(Object.entries(forms(linearLogSnr({ min: -12, max: 12 }))))('%s', (_, process) => {
  const run = (sampler: ReturnType<typeof euler<Float64Array>>) =>
    samplePlain({
      denoiser: mixtureDenoiser(threeGaussians),
      process,
      sampler,
      levels: [-8, -3, -1, 0.5, 4, 7, Infinity].map(process.level),
      start: Float64Array.of(1.1, -0.4, 0.3, 0.8).map((x) => x * process.level(-8).sigma),
    }).flatMap(({ x }) => [...x]);
  const gap = (one: readonly number[], other: readonly number[]) =>
    Math.max(...one.map((x, i) => Math.abs(x - (other[i] ?? NaN))));

  test('Euler is the same in σ/α and in flow time, and so are the closed forms of Euler and Heun', () => {
    const direct = run(euler());
    const scale = Math.max(...direct.map(Math.abs));
    for (const clock of [sigmaRatio(), flowTime()])
      expect(gap(run(rungeKutta({ tableau: line, clock })), direct) / scale).toBeLessThan(1e-13);
    const mean = { stages: [[1]], weights: [1 / 2, 1 / 2] };
    expect(gap(run(rungeKutta({ tableau: mean })), run(heun())) / scale).toBeLessThan(1e-13);
  });
});

test('a tableau that is not explicit is refused', () => {
  const tableau = { stages: [[0.5, 0.5]], weights: [0.5, 0.5] };
  expect(() => rungeKutta({ tableau })).toThrow(expect.objectContaining({ code: 'tableau-not-explicit' }));
});
