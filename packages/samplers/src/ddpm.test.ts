import { type NoiseLevel, posterior, type Sampler, transition } from '@tweedie/core';
import {
  describeGoldens,
  diffusersTrajectory,
  type GoldenCase,
  type GoldenDenoiser,
  type GoldenHeader,
  improvedDiffusionTrajectory,
  mixtureOf,
  record,
  text,
} from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-ddpm.json' with { type: 'json' };
import multistep from '@tweedie/goldens/samplers/diffusers-dpmsolver-multistep.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import improved from '@tweedie/goldens/samplers/improved-diffusion.json' with { type: 'json' };
import { learnedLogVariance, learnedRange, numberArithmetic, type ReverseVariance, type VarianceBounds } from '@tweedie/losses';
import { describeSampler, type Form, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ddpm } from './ddpm.js';

const promises = { order: 1, evaluationsPerStep: 1, stochastic: true, exactOnPoint: true } as const;
describeSampler('ddpm', ddpm, { ...promises, formInvariant: true });
describeSampler('ddpm, large', () => ddpm({ variance: 'large' }), {
  ...promises,
  formInvariant: {
    reason:
      'β is the variance of the transition in the scale of x_t, which each form chooses otherwise (Ho et al. 2020, section 3.2)',
  },
});

/** The peers' models answer tanh of their input for the variance, which each variance type reads by its own rule. */
function tellingVariance(
  golden: GoldenCase,
  header: GoldenHeader,
  read: (rule: VarianceBounds, said: number) => number,
): GoldenDenoiser {
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  return (x, level, moment) => {
    const to = moment?.to ?? level;
    const large = Math.log(transition(to, level).variance);
    const small = Math.log(Math.max(1e-20, posterior(level, to).variance));
    moment?.note(
      'variance',
      x.map((value) => read({ small, large, transition: large }, Math.tanh(value))),
    );
    return exact(x, level, undefined);
  };
}
const byRule = (rule: ReverseVariance) => (bounds: VarianceBounds, said: number) =>
  Math.exp(rule.logVariance(numberArithmetic, bounds, said));

const learned: Readonly<Record<string, (bounds: VarianceBounds, said: number) => number>> = {
  learned_range: byRule(learnedRange()),
  learned: (_, said) => said,
  LEARNED_RANGE: byRule(learnedRange()),
  LEARNED: byRule(learnedLogVariance()),
};

describeGoldens('ddpm', peer, (golden, header) => {
  const variance = String(record(golden.scheduler_config).variance_type ?? 'fixed_small');
  const read = learned[variance];
  if (read === undefined)
    return diffusersTrajectory(golden, header, ddpm({ variance: variance === 'fixed_large' ? 'large' : 'small' }));
  return diffusersTrajectory(golden, header, ddpm({ variance: 'learned' }), {
    denoiser: tellingVariance(golden, header, read),
  });
});
describeGoldens('ddpm', improved, (golden, header) => {
  if (golden.method !== 'p_sample') return undefined;
  const read = learned[text(golden.var_type)];
  if (read === undefined)
    return improvedDiffusionTrajectory(golden, header, ddpm({ variance: golden.var_type === 'FIXED_LARGE' ? 'large' : 'small' }));
  return improvedDiffusionTrajectory(golden, header, ddpm({ variance: 'learned' }), {
    denoiser: tellingVariance(golden, header, read),
  });
});

// The first order of the SDE solvers is the same step.
for (const file of [multistep, edm])
  describeGoldens('ddpm as SDE-DPM-Solver++(1)', file, (golden, header) => {
    const { solver_order, algorithm_type } = record(golden.scheduler_config);
    return solver_order === 1 && algorithm_type === 'sde-dpmsolver++' ? diffusersTrajectory(golden, header, ddpm()) : undefined;
  });

describe('a learned variance', () => {
  const schedule = linearLogSnr({ min: -10, max: 10 });
  const run = (
    form: Form,
    sampler: Sampler<Float64Array>,
    path: readonly number[],
    noted?: (from: NoiseLevel, to: NoiseLevel) => number,
  ) => {
    const process = forms(schedule)[form];
    return samplePlain({
      denoiser(x, level, _, moment) {
        if (noted !== undefined && moment !== undefined)
          moment.note(
            'variance',
            x.map(() => noted(level, moment.to)),
          );
        return mixtureDenoiser(threeGaussians)(x, level, undefined);
      },
      process,
      sampler,
      levels: path.map(process.level),
      start: Float64Array.of(0.3, -1.2),
      noise: ({ index }) => Float64Array.of(Math.cos(index), Math.sin(3 * index)),
    });
  };
  const paths = fc
    .uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 6 })
    .map((list) => [...list.toSorted((a, b) => a - b).map((each) => each / 10), Infinity]);

  test('at the bounds of its range is the small or the large one', () => {
    fc.assert(
      fc.property(fc.constantFrom<Form>('variance preserving', 'variance exploding', 'flow'), paths, (form, path) => {
        for (const [variance, noted] of [
          ['small', (from: NoiseLevel, to: NoiseLevel) => posterior(from, to).variance],
          ['large', (from: NoiseLevel, to: NoiseLevel) => transition(to, from).variance],
        ] as const) {
          const fixed = run(form, ddpm({ variance }), path);
          const free = run(form, ddpm({ variance: 'learned' }), path, noted);
          free.forEach(({ x, level }, i) => {
            const size = Math.hypot(level.alpha, level.sigma);
            x.forEach((value, j) => void expect(value / size).toBeCloseTo((fixed[i]?.x[j] ?? Number.NaN) / size, 10));
          });
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  // Data N(0, v): x_s is normal given x_t, of the posterior's variance and what is unknown of x0 besides.
  test('that is the true one makes every step exact for Gaussian data, however long', () => {
    const v = 0.3;
    const marginal = ({ alpha, sigma }: NoiseLevel) => alpha ** 2 * v + sigma ** 2;
    const noted = (from: NoiseLevel, to: NoiseLevel) => {
      const { x0, variance } = posterior(from, to);
      return variance + (x0 ** 2 * v * from.sigma ** 2) / marginal(from);
    };
    fc.assert(
      fc.property(fc.constantFrom<Form>('variance preserving', 'variance exploding', 'flow'), paths, (form, path) => {
        const process = forms(schedule)[form];
        const levels = path.slice(0, -1).map(process.level);
        const impulse = (source: number, size = 1) => levels.map((_, i) => (i === source ? size : 0));
        let draws = 0;
        const steps = samplePlain({
          denoiser(x, level, _, moment) {
            if (moment !== undefined)
              moment.note(
                'variance',
                x.map(() => noted(level, moment.to)),
              );
            return x.map((value) => ((level.alpha * v) / marginal(level)) * value);
          },
          process,
          sampler: ddpm<Float64Array>({ variance: 'learned' }),
          levels,
          start: Float64Array.from(impulse(0, Math.sqrt(marginal(process.level(path[0] ?? 0))))),
          noise: () => Float64Array.from(impulse(++draws)),
        });
        for (const { x, level } of steps)
          expect(x.reduce((sum, response) => sum + response ** 2, 0) / marginal(level)).toBeCloseTo(1, 12);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('must be noted', () => {
    expect(() => run('flow', ddpm({ variance: 'learned' }), [-2, 2, Infinity])).toThrow(
      expect.objectContaining({ code: 'variance-not-noted' }),
    );
  });
});

test('only three variances are known', () => {
  // @ts-expect-error: a plain JavaScript caller
  expect(() => ddpm({ variance: 'fixed_large' })).toThrow("`variance` must be 'small', 'large' or 'learned', got fixed_large");
});
