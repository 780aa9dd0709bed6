/** The numbers of the bounds: known answers on Gaussian data, whose likelihood is known. */
import { type ForwardProcess, type NoiseLevel, type NoiseSchedule, posterior, transition, type Weighting } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { epsilon, posteriorMean, v, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, cosineBetas, fromBetas, linearBeta, linearBetas, rectifiedFlow } from '@tweedie/schedules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  numberArithmetic as arithmetic,
  bitsPerDimension,
  collected,
  discreteElboWeighting,
  elbo,
  gaussianKl,
  gaussianLogDensity,
  meanCoefficients,
  modelMean,
  networkWeight,
  plannedSteps,
  priorTerm,
  reverseSteps,
} from '../index.js';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('normal distributions', () => {
  it('diverge as the integral of p ln(p/q) says', () => {
    const [p, q] = [
      { mean: 0.3, logVariance: -1.1 },
      { mean: -0.5, logVariance: 0.4 },
    ];
    const steps = 4000;
    let [kl, mass] = [0, 0];
    for (let i = 0; i <= steps; i++) {
      const x = 0.3 + 24 * (i / steps - 0.5);
      const [logP, logQ] = [gaussianLogDensity(arithmetic, x, p), gaussianLogDensity(arithmetic, x, q)];
      mass += (Math.exp(logP) * 24) / steps;
      kl += (Math.exp(logP) * (logP - logQ) * 24) / steps;
    }
    expect(mass).toBeCloseTo(1, 12);
    expect(gaussianKl(arithmetic, p, q)).toBeCloseTo(kl, 12);
  });

  it('do not diverge from themselves', () => {
    const p = { mean: 0.3, logVariance: -9.2 };
    expect(gaussianKl(arithmetic, p, p)).toBe(0);
  });
});

describe('the weight of a step', () => {
  const steps = 50;
  const processes = {
    'variance preserving': variancePreserving(clamped(linearBeta(), { max: 12 })),
    'variance exploding': varianceExploding(clamped(cosine(), { min: -9, max: 9 })),
    'linear interpolant': linearInterpolant(clamped(rectifiedFlow(), { min: -9, max: 9 })),
  };

  it.each(Object.entries(processes))('is the divergence of the two kernels: %s', (_, process) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: steps }), finite(-2, 2), finite(-2, 2), finite(-2, 2), (i, data, guess, noisy) => {
        const [level, before] = [process.at(i / steps), process.at((i - 1) / steps)];
        if (!(before.logSnr > level.logSnr)) return; // clamped to the same level
        const { x, x0: c, variance } = posterior(level, before);
        const kernel = (x0: number) => ({ mean: x * noisy + c * x0, logVariance: Math.log(variance) });
        const training = { process, weighting: discreteElboWeighting(steps) };
        const squared = (data - guess) ** 2;
        const expected = steps * gaussianKl(arithmetic, kernel(data), kernel(guess));
        const byData = networkWeight({ ...training, parameterization: x0() }, level) * squared;
        expect(Math.abs(byData - expected)).toBeLessThan(1e-6 * (1e-6 + expected));
        // as the weight of the noise's error, and of x0's by the difference of the signal-to-noise ratios
        const noise = networkWeight({ ...training, parameterization: epsilon() }, level);
        expect(noise * Math.exp(level.logSnr) * squared).toBeCloseTo(byData, 6);
        const difference = (Math.exp(before.logSnr) - Math.exp(level.logSnr)) / 2;
        expect(steps * difference * squared).toBeCloseTo(byData, 6 - Math.ceil(Math.max(0, Math.log10(1 + byData))));
      }),
    );
  });

  it('is the coefficient of DDPM, β²/(2σ²α(1 − ᾱ))', () => {
    const betas = linearBetas();
    const process = variancePreserving(fromBetas(betas));
    const weighting = discreteElboWeighting(betas.length);
    let product = 1;
    for (const [i, beta] of betas.entries()) {
      const before = product;
      product *= 1 - beta;
      if (i === 0) continue; // the step to data
      const variance = (beta * (1 - before)) / (1 - product);
      const expected = beta ** 2 / (2 * variance * (1 - beta) * (1 - product));
      const level = process.at((i + 1) / betas.length);
      expect((weighting(level, process) / betas.length / expected).toFixed(9)).toBe('1.000000000');
    }
  });

  it('falls towards that of continuous time', () => {
    const process = variancePreserving(cosine());
    const level = process.at(0.6);
    const excess = [10, 100, 1000, 10_000].map(
      (count) => discreteElboWeighting(count)(level, process) / elbo()(level, process) - 1,
    );
    for (const [i, each] of excess.entries()) {
      expect(each).toBeGreaterThan(0);
      if (i > 0) expect((excess[i - 1] ?? 0) / each).toBeGreaterThan(8); // of first order
    }
  });

  it('is finite at both ends of an infinite schedule', () => {
    const process = variancePreserving(cosine());
    for (const t of [0, 1e-9, 0.1, 1])
      for (const make of [epsilon, x0, v]) {
        const training = { process, parameterization: make(), weighting: discreteElboWeighting(10) };
        expect(networkWeight(training, process.at(t))).toBeGreaterThanOrEqual(0);
        expect(networkWeight(training, process.at(t))).toBeLessThan(Infinity);
      }
  });

  it('refuses no steps', () => {
    expect(() => discreteElboWeighting(0)).toThrow(expect.objectContaining({ code: 'steps-not-positive' }));
  });
});

describe('the bound of Gaussian data under the exact denoiser', () => {
  const spread = 0.6;
  const exact = 0.5 * Math.log(2 * Math.PI * Math.E * spread ** 2); // −E ln p, per element
  /** What two points at one deviation give is exact for polynomials of degree two. */
  const overData = (f: (x: number) => number) => (f(spread) + f(-spread)) / 2;
  /** E(ε̂ − ε)². */
  const error = ({ alpha, sigma }: NoiseLevel) => (alpha * spread) ** 2 / ((alpha * spread) ** 2 + sigma ** 2);
  const ends = (process: ForwardProcess): number => {
    const [clean, noisy] = [process.at(0), process.at(1)];
    const prior = overData((x) => priorTerm(arithmetic, x, noisy));
    const decoded = (noise: number) =>
      gaussianLogDensity(arithmetic, (noise * clean.sigma) / clean.alpha, { mean: 0, logVariance: -clean.logSnr });
    return prior - (decoded(1) + decoded(-1)) / 2;
  };
  const continuous = (process: ForwardProcess, weighting: Weighting = elbo(), steps = 4000): number => {
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const level = process.at((i + 0.5) / steps);
      sum += (weighting(level, process) * error(level)) / steps;
    }
    return ends(process) + sum;
  };
  /** Log-SNR linear in time, between symmetric ends. */
  const line = (end: number): NoiseSchedule => ({
    logSnr: (t) => end - 2 * end * t,
    time: (logSnr) => Math.min(1, Math.max(0, (end - logSnr) / (2 * end))),
    slope: () => -2 * end,
  });

  it.each(Object.entries({ variancePreserving, varianceExploding, linearInterpolant }))(
    'approaches the likelihood from above as the ends recede: %s',
    (_, form) => {
      const gaps = [4, 8, 16].map((end) => continuous(form(line(end))) - exact);
      for (const [i, gap] of gaps.entries()) {
        expect(gap).toBeGreaterThan(0);
        if (i > 0) expect(gap).toBeLessThan((gaps[i - 1] ?? 0) / 20);
      }
      expect(gaps.at(-1)).toBeLessThan(1e-5);
    },
  );

  it('falls with the number of steps, to that of continuous time', () => {
    const process = variancePreserving(line(10));
    const limit = continuous(process);
    const gaps = [10, 100, 1000].map((steps) => {
      const weighting = discreteElboWeighting(steps);
      const terms = Array.from({ length: steps }, (_, i) => process.at((i + 1) / steps)).map(
        (level) => (weighting(level, process) * error(level)) / steps,
      );
      return ends(process) + terms.reduce((sum, term) => sum + term, 0) - limit;
    });
    for (const [i, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThan(0);
      if (i > 0) expect((gaps[i - 1] ?? 0) / gap).toBeGreaterThan(8);
    }
  });
});

describe('the steps of a chain', () => {
  it('have the variances of posterior and transition, and the first repeats the second', () => {
    const process = variancePreserving(cosine());
    const levels = [0.1, 0.4, 0.9].map(process.at);
    const steps = reverseSteps(levels);
    const [first, second, third] = levels as [NoiseLevel, NoiseLevel, NoiseLevel];
    expect(steps.map(({ small }) => Math.exp(small))).toEqual(
      [posterior(second, first), posterior(second, first), posterior(third, second)].map(({ variance }) =>
        expect.closeTo(variance, 12),
      ),
    );
    expect(steps.map(({ transition: each }) => Math.exp(each))).toEqual(
      [first.sigma ** 2, transition(first, second).variance, transition(second, third).variance].map((variance) =>
        expect.closeTo(variance, 12),
      ),
    );
    expect(steps[0]).toMatchObject({ noisy: 0, data: 1, previous: undefined, large: steps[0]?.small });
    expect(reverseSteps(levels.slice(0, 1))[0]?.small).toBeCloseTo(2 * Math.log(first.sigma), 12);
  });

  it('have the same mean whatever the network predicts, multiplied out or not', () => {
    const process = variancePreserving(fromBetas(cosineBetas({ steps: 50 })));
    const steps = reverseSteps(Array.from({ length: 50 }, (_, i) => process.at((i + 1) / 50)));
    const before = new Map(steps.map(({ level, previous }) => [level, previous ?? process.level(Infinity)]));
    const previous = posteriorMean((level) => posterior(level, before.get(level) ?? level));
    for (const step of steps)
      for (const parameterization of [epsilon(), v(), previous]) {
        const [data, noise] = [0.7, -0.4];
        const { target } = parameterization(step.level);
        const noisy = step.level.alpha * data + step.level.sigma * noise;
        const answer = target[0] * data + target[1] * noise;
        const expected = step.noisy * noisy + step.data * data;
        const coefficients = meanCoefficients(step, parameterization);
        for (const each of [coefficients, collected(coefficients)])
          expect(modelMean(arithmetic, each, noisy, answer, Infinity)).toBeCloseTo(expected, 9);
        expect(modelMean(arithmetic, coefficients, noisy, answer, 0.5)).toBeCloseTo(step.noisy * noisy + step.data * 0.5, 9);
      }
  });

  it('are refused where there is nothing to step between', () => {
    const { at, level } = variancePreserving(cosine());
    const network = { parameters: new Map(), apply: <X>(x: X) => x };
    const options = { network, process: variancePreserving(cosine()), parameterization: epsilon(), steps: 4 };
    for (const [code, make] of [
      ['levels-empty', () => reverseSteps([])],
      ['levels-not-noisy', () => reverseSteps([level(Infinity)])],
      ['levels-out-of-order', () => reverseSteps([at(0.5), at(0.4)])],
      ['steps-not-positive', () => plannedSteps({ ...options, steps: 0 })],
      ['parameterization-undefined', () => plannedSteps(options)],
      ['prior-undefined', () => priorTerm(arithmetic, 0, level(Infinity))],
      ['dimensions-not-positive', () => bitsPerDimension(1, 0)],
    ] as const)
      expect(make).toThrow(expect.objectContaining({ code }));
    expect(plannedSteps({ ...options, parameterization: v() })).toHaveLength(4);
  });
});

it('a bit is ln 2 nats', () => {
  expect(bitsPerDimension(12 * Math.LN2, 12)).toBeCloseTo(1, 12);
});
