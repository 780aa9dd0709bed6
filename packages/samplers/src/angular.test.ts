import type { NoiseLevel } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { cosine, karras, uniformAngle } from '@tweedie/schedules';
import {
  describeSampler,
  forms,
  linearLogSnr,
  mixtureDenoiser,
  pointDenoiser,
  samplePlain,
  threeGaussians,
} from '@tweedie/testing';
import { expect, test } from 'vitest';
import { angular } from './angular.js';
import { ddim } from './ddim.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
for (const order of [1, 2, 3, 4] as const)
  describeSampler(`angular, order ${order}`, () => angular({ order, lowerAtEnd: false }), { ...promises, order });
describeSampler('angular, ending at order 1', () => angular(), { ...promises, order: 2 });

const start = Float64Array.of(0.3, -1.1, 1.7, 0.4);

test('one step is DDIM, and so is each from pure noise', () => {
  const denoiser = mixtureDenoiser(threeGaussians);
  const process = variancePreserving(cosine());
  const run = (sampler: ReturnType<typeof ddim<Float64Array>> | ReturnType<typeof angular<Float64Array>>, to: number) =>
    samplePlain({ denoiser, process, sampler, levels: [process.at(1), process.at(to)], start }).at(-1)?.x;
  expect(run(angular(), 0)).toEqual(run(ddim(), 0));
  expect(run(angular({ lowerAtEnd: false }), 0.7)).toEqual(run(ddim(), 0.7));
});

test('on a Gaussian ten evaluations come within 0.3 % of the flow, whose solution is known', () => {
  // Of data N(0, c²) each x keeps its place in the distribution: x_t/√(α²c² + σ²) is constant.
  const process = forms(linearLogSnr({ min: -10, max: 10 }))['variance preserving'];
  for (const deviation of [0.3, 1]) {
    const variance = ({ alpha, sigma }: NoiseLevel) => (alpha * deviation) ** 2 + sigma ** 2;
    const denoiser = (x: Float64Array, level: NoiseLevel) =>
      x.map((value) => (value * level.alpha * deviation ** 2) / variance(level));
    const levels = uniformAngle({ power: 1.75 })(process, 10);
    const first = levels[0] ?? process.at(1);
    const end = samplePlain({ denoiser, process, sampler: angular(), levels, start }).at(-1)?.x ?? start;
    end.forEach((x, i) => {
      const truth = ((start[i] ?? 0) * deviation) / Math.sqrt(variance(first));
      expect(Math.abs(x / truth - 1)).toBeLessThan(3e-3);
    });
  }
});

test('stays finite on a grid with levels beside pure noise, and among them', () => {
  const process = forms(linearLogSnr({ min: -400, max: 40 }))['variance preserving'];
  for (const grid of [karras(), uniformAngle({ power: 1.75 })])
    for (const steps of [1, 2, 30]) {
      const levels = grid(process, steps);
      const path = samplePlain({ denoiser: pointDenoiser([0.3, -1.1]), process, sampler: angular(), levels, start });
      for (const { x } of path) expect(x.every(Number.isFinite)).toBe(true);
    }
});

test('an unknown order is refused', () => {
  expect(() => Reflect.apply(angular, undefined, [{ order: 5 }])).toThrow(
    expect.objectContaining({ code: 'order-out-of-range', message: '`order` must be 1, 2, 3 or 4, got 5' }),
  );
});
