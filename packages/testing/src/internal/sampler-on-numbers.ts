import { type ForwardProcess, key, type NoiseLevel, normals, type Sampler, uniform } from '@tweedie/core';
import { describe, expect, test } from 'vitest';
import type { Declared, SamplerPromises } from '../describe-sampler.js';
import { forms, linearLogSnr } from '../forms.js';
import { mixtureDenoiser, threeGaussians } from '../gaussian-mixture.js';
import { measuredOrder, measuredWeakOrder } from '../measured-order.js';
import { pointDenoiser } from '../point-denoiser.js';
import { type PlainNoise, samplePlain } from '../sample-plain.js';
import { distance } from './numbers.js';

const processes = forms(linearLogSnr({ min: -12, max: 12 }));
const preserving = processes['variance preserving'];
const named = Object.entries(processes).map(([form, process]) => ({ form, process }));
const mixture = mixtureDenoiser(threeGaussians);

/** Log-SNRs to visit: even ones, uneven ones and a single step, from moderate and from almost pure noise, to clean data. */
const paths: readonly (readonly number[])[] = [
  [-6, -4, -2, 0, 2, 4, 6, Infinity],
  [
    -12,
    ...uniform(key(7), 9)
      .map((u) => 20 * u - 10)
      .sort(),
    Infinity,
  ],
  [-1, 7.5, Infinity],
  [-9, Infinity],
  [3, Infinity],
];
const epsilon = Float64Array.from(normals(key(1), 8));
const draw: PlainNoise = ({ index, draw: number }) => Float64Array.from(normals(key(1000 + 10 * index + number), 8));

/** The numbers of a sampler: no tensor, no rounding to hide behind. */
export function samplerOnNumbers(factory: <X>() => Sampler<X>, promises: SamplerPromises): void {
  const { order, evaluationsPerStep, stochastic = false } = promises;
  const calls = typeof evaluationsPerStep === 'number' ? () => evaluationsPerStep : evaluationsPerStep;
  const fewest = Math.max(1, calls({ from: preserving.level(-1), to: preserving.level(0), index: 0, count: 2 }));
  const { history = Math.max(0, Math.ceil(order / fewest) - 1) } = promises;
  const noise = stochastic ? { noise: draw } : {};
  const run = (process: ForwardProcess, denoiser: typeof mixture, levels: readonly NoiseLevel[], start: Float64Array) =>
    samplePlain({ denoiser, process, sampler: factory<Float64Array>(), levels, start, ...noise });

  for (const { form, process } of named)
    test(`is of order ${order}, ${form}`, () => {
      const measure = stochastic ? measuredWeakOrder : measuredOrder;
      expect(measure({ process, sampler: factory(), order, history })).toBeGreaterThan(order - 0.1);
    });

  declared('reaches data of one point exactly', promises.exactOnPoint, () => {
    const point = [0.7, -1.3];
    const errors = named.flatMap(({ process }) =>
      paths.map((path) => {
        const levels = path.map(process.level);
        const on = ({ alpha, sigma }: NoiseLevel) => epsilon.map((e, i) => alpha * (point[i % 2] as number) + sigma * e);
        const steps = run(process, pointDenoiser(point), levels, on(levels[0] as NoiseLevel));
        // Without noise the flow keeps eps, so that every level on the way is known as well.
        const known = stochastic ? steps.slice(-1) : steps;
        return Math.max(...known.map(({ x, level }) => distance(x, on(level)) / Math.max(1, level.sigma)));
      }),
    );
    return Math.max(...errors);
  });

  declared('is the same under every form of the process', promises.formInvariant, () => {
    const errors = paths.map((path) => {
      const [reference, ...others] = named.map(({ process }) => {
        const levels = path.map(process.level);
        const { alpha = 1, sigma = 1 } = levels[0] ?? {};
        const start = epsilon.map((e) => alpha * 0.3 + sigma * e);
        return run(process, mixture, levels, start).at(-1)?.x ?? start;
      }) as [Float64Array, Float64Array, Float64Array];
      return Math.max(...others.map((x) => distance(x, reference)));
    });
    return Math.max(...errors);
  });

  describe('stays finite', () => {
    for (const { form, process } of named)
      test(`to clean data, ${form}`, () => {
        for (const path of paths) {
          const levels = path.map(process.level);
          const start = epsilon.map((e) => (levels[0]?.sigma ?? 1) * e);
          for (const { x, denoised } of run(process, mixture, levels, start)) {
            expect(x.every(Number.isFinite)).toBe(true);
            expect(denoised.every(Number.isFinite)).toBe(true);
          }
        }
      });

    // Pure noise of the variance exploding process is infinite itself.
    for (const { form, process } of named.filter(({ process: { level } }) => Number.isFinite(level(-Infinity).sigma)))
      test(`from pure noise, ${form}`, () => {
        for (const path of paths) {
          const levels = [-Infinity, ...path].map(process.level);
          const result = run(process, mixture, levels, epsilon).at(-1)?.x;
          expect(result?.every(Number.isFinite)).toBe(true);
        }
      });
  });

  test('calls the denoiser as often as declared', () => {
    for (const path of paths) {
      const levels = path.map(preserving.level);
      const counts = new Array<number>(levels.length - 1).fill(0);
      run(
        preserving,
        (x, level, condition, moment) => {
          if (moment !== undefined) counts[moment.index] = (counts[moment.index] ?? 0) + 1;
          return mixture(x, level, condition);
        },
        levels,
        epsilon,
      );
      const count = counts.length;
      expect(counts).toEqual(
        counts.map((_, index) => calls({ from: levels[index] as NoiseLevel, to: levels[index + 1] as NoiseLevel, index, count })),
      );
    }
  });

  test('is pure: one sampler may serve several runs, and leaves its inputs alone', () => {
    const sampler = factory<Float64Array>();
    const levels = (paths[0] ?? []).map(preserving.level);
    const start = epsilon.slice();
    const once = () =>
      samplePlain({ denoiser: mixture, process: preserving, sampler, levels, start, ...noise }).map(({ x }) => [...x]);
    const first = once();
    expect(once()).toEqual(first);
    expect(start).toEqual(epsilon);
  });
}

/** A promised property holds to rounding; one declared otherwise must really fail, or the declaration is stale. */
function declared(property: string, promise: Declared, error: () => number): void {
  if (promise === true) {
    test(property, () => expect(error()).toBeLessThan(1e-9));
    return;
  }
  if (promise.reason.trim() === '') throw new TypeError(`that it never ${property} needs a reason with a source`);
  test(`does not claim that it ${property}: ${promise.reason}`, () => expect(error()).toBeGreaterThan(1e-6));
}
