import type { Denoiser, NoiseLevel, Sampler } from '@tweedie/core';
import { describeSampler, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { type Clock, flowTime, halfLogSnr, scheduleTime, sigmaRatio } from './clocks.js';
import { dormandPrince } from './dormand-prince.js';
import { elementary } from './elementary.js';
import { predictorCorrector } from './predictor-corrector.js';

type Ends = { readonly from: NoiseLevel; readonly to: NoiseLevel; readonly index: number };
// The first step asks once more: at its end, where the next one begins.
const evaluationsPerStep = ({ from, to, index }: Ends) => {
  const known = index > 0 ? 1 : 0;
  return (to.sigma === 0 || from.alpha === 0 ? 1 : 7) - known;
};
describeSampler('dormandPrince', dormandPrince, {
  order: 5,
  evaluationsPerStep,
  exactOnPoint: true,
  formInvariant: true,
  estimatesError: true,
});
describeSampler('dormandPrince, flow time', () => dormandPrince({ clock: flowTime() }), {
  order: 5,
  evaluationsPerStep,
  exactOnPoint: true,
  formInvariant: true,
});
const notStraight = 'data of one point are a line in σ/α and in flow time only (Karras et al. 2022, arXiv 2206.00364, section 3)';
describeSampler('dormandPrince, half log-SNR', () => dormandPrince({ clock: halfLogSnr() }), {
  order: 5,
  evaluationsPerStep,
  exactOnPoint: { reason: notStraight },
  formInvariant: true,
});

/** Data N(0, v): `x/√(α²v + σ²)` does not change along the flow. */
const v = 0.3 ** 2;
const gaussian: Denoiser<undefined, Float64Array> = (x, { alpha, sigma }) =>
  x.map((each) => (alpha * v * each) / (alpha ** 2 * v + sigma ** 2));
const deviation = ({ alpha, sigma }: NoiseLevel) => Math.sqrt(alpha ** 2 * v + sigma ** 2);
const start = Float64Array.of(1, -0.4, 0.02);

describe.each(Object.entries(forms(linearLogSnr({ min: -10, max: 10 }))))('adaptive steps on Gaussian data, %s', (_, process) => {
  const [top, bottom] = [process.at(1), process.at(0)];
  const solve = (relative: number, clock: Clock, coordinate: 'time' | 'halfLogSnr') => {
    let evaluations = 0;
    const steps = samplePlain({
      process,
      sampler: dormandPrince({ clock }),
      control: elementary({ order: 5, relative, absolute: relative / 100, first: 0.01, coordinate, norm: 'batch' }),
      levels: [top, bottom],
      start: start.map((each) => each * deviation(top)),
      denoiser: (x, level) => {
        evaluations++;
        return gaussian(x, level, undefined);
      },
    });
    const { x = start, rejected = 0 } = steps.at(-1) ?? {};
    const error = Math.max(...start.map((each, i) => Math.abs((x[i] ?? 0) / deviation(bottom) - each)));
    // until a first step is taken no slope is known where it starts
    const unknown = 1 + (steps[0]?.rejected ?? 0);
    expect(evaluations).toBe(6 * (steps.length + rejected) + unknown);
    return error;
  };

  test.each([
    ['σ/α', sigmaRatio(), 'halfLogSnr'],
    ['flow time', flowTime(), 'halfLogSnr'],
    ['half log-SNR', halfLogSnr(), 'halfLogSnr'],
    ['the time of the schedule', scheduleTime(), 'time'],
  ] as const)('end nearer to the closed form the smaller the tolerance, in %s', (_, clock, coordinate) => {
    const tolerances = [1e-4, 1e-6, 1e-8];
    const errors = tolerances.map((relative) => solve(relative, clock, coordinate));
    for (const [i, error] of errors.entries()) expect(error).toBeLessThan(20 * (tolerances[i] ?? 0));
    expect([...errors].sort((a, b) => b - a)).toEqual(errors);
  });
});

test('the estimate at the end is used where the next step begins, and nowhere else', () => {
  const process = forms(linearLogSnr({ min: -10, max: 10 })).flow;
  const levels = [-2, -1, 0, 1].map(process.level);
  const evaluations = (sampler: Sampler<Float64Array>) => {
    let count = 0;
    samplePlain({
      process,
      sampler,
      levels,
      start,
      denoiser: (x, level) => {
        count++;
        return gaussian(x, level, undefined);
      },
    });
    return count;
  };
  const moved = predictorCorrector<Float64Array>(dormandPrince(), { step: (_, x) => ({ x: x.slice(), denoised: x }) });
  expect([evaluations(dormandPrince()), evaluations(moved)]).toEqual([19, 21]);
});
