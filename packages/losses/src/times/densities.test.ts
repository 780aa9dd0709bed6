import { key, normalQuantile, type TimeSampler } from '@tweedie/core';
import { varianceExploding } from '@tweedie/forward-process';
import { edm as edmOutput } from '@tweedie/parameterizations';
import { clamped, cosine, geometric, linearBeta, rectifiedFlow, shifted } from '@tweedie/schedules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOf, midpoints, schedules } from '../../test/tables.js';
import {
  cosMap,
  drawn,
  edm,
  logitNormal,
  logLogistic,
  logNormal,
  mode,
  type TimeDensity,
  uniformTimes,
  unweighted,
} from '../index.js';

/** Evenly spread numbers in place of chance: means over the times are then integrals. */
const even: TimeSampler = { draw: (_, count) => ({ times: midpoints(count) }) };

const densities: Readonly<Record<string, TimeDensity>> = {
  'logNormal on cosine': logNormal({ schedule: cosine() }),
  'logNormal on linearBeta, cut': logNormal({ schedule: linearBeta(), mean: 1, deviation: 3 }),
  'logNormal on geometric': logNormal({ schedule: geometric({ sigmaMin: 0.002, sigmaMax: 80 }) }),
  'logLogistic on rectifiedFlow': logLogistic({ schedule: shifted(rectifiedFlow(), 1 / 3), location: -0.5, scale: 0.7 }),
  'logLogistic, cut': logLogistic({ schedule: cosine(), sigmaMin: 0.1, sigmaMax: 3 }),
  logitNormal: logitNormal(),
  'logitNormal, noisy': logitNormal({ mean: 0.7, deviation: 0.5 }),
  mode: mode(),
  'mode, at the ends': mode({ scale: -0.8 }),
  cosMap: cosMap(),
};

describe.each(Object.entries(densities))('%s', (_, times) => {
  it('has the density of its quantiles', () => {
    for (const p of [0.003, 0.05, 0.2, 0.5, 0.77, 0.95, 0.998]) {
      const slope = (times.quantile(p + 1e-6) - times.quantile(p - 1e-6)) / 2e-6;
      expect(times.density(times.quantile(p)) * slope).toBeCloseTo(1, 5);
    }
  });

  it('counts by its density when drawn, and not at all when undone', () => {
    // a bump where each of the densities is
    const bump = (t: number) => (t > 0.2 && t < 0.7 ? Math.sin(((t - 0.2) / 0.5) * Math.PI) ** 2 : 0);
    const count = 20_000;
    const counted = meanOf(midpoints(count).map((t) => bump(t) * times.density(t)));
    expect(meanOf(drawn(times, { base: even }).draw(key(0), count).times.map(bump)) / counted).toBeCloseTo(1, 3);
    const undone = drawn(times, { base: even, undo: true }).draw(key(0), count);
    expect(meanOf(undone.times.map((t, i) => bump(t) * (undone.weights?.[i] ?? Number.NaN)))).toBeCloseTo(0.25, 3);
  });
});

describe('known laws', () => {
  const ps = [1e-6, 0.01, 0.3, 0.5, 0.9, 1 - 1e-6];
  const logRatio = (logSnr: number): number => -logSnr / 2;

  it('ln(σ/α) is normal under logNormal, whatever the schedule', () => {
    for (const schedule of [cosine(), rectifiedFlow(), geometric({ sigmaMin: 1e-9, sigmaMax: 1e9 })])
      for (const p of ps)
        expect(logRatio(schedule.logSnr(logNormal({ schedule }).quantile(p)))).toBeCloseTo(-1.2 + 1.2 * normalQuantile(p), 6);
  });

  it('is cut to the schedule, not piled up at its ends', () => {
    // the half of the normal above its mean: its median is at probability ¾ of the whole
    const schedule = clamped(cosine(), { max: 0 });
    const times = logNormal({ schedule, mean: 0, deviation: 1 });
    expect(logRatio(schedule.logSnr(times.quantile(0.5)))).toBeCloseTo(normalQuantile(0.75), 9);
    expect(times.quantile(1e-9)).toBeGreaterThan(0);
  });

  it('times are uniform where σ/α is log-logistic on the straight path', () => {
    for (const p of ps) expect(logLogistic({ schedule: rectifiedFlow() }).quantile(p)).toBeCloseTo(p, 9);
    expect(logLogistic({ schedule: rectifiedFlow() }).density(0.3)).toBeCloseTo(1, 9);
  });

  it('log-logistic between two ratios stays there', () => {
    const schedule = cosine();
    const times = logLogistic({ schedule, sigmaMin: 0.1, sigmaMax: 3 });
    const ratio = (p: number) => Math.exp(logRatio(schedule.logSnr(times.quantile(p))));
    expect(ratio(1e-12)).toBeCloseTo(0.1, 6);
    expect(ratio(1 - 1e-12)).toBeCloseTo(3, 6);
    expect(times.density(schedule.time(-2 * Math.log(3.01)))).toBe(0);
  });

  it('logit-normal is log-normal on the straight path', () => {
    const [logit, log] = [
      logitNormal({ mean: 0.4, deviation: 0.8 }),
      logNormal({ schedule: rectifiedFlow(), mean: 0.4, deviation: 0.8 }),
    ];
    for (const p of ps) expect(logit.quantile(p)).toBeCloseTo(log.quantile(p), 12);
    for (const t of [0.01, 0.4, 0.97]) expect(logit.density(t) / log.density(t)).toBeCloseTo(1, 12);
    // φ(0)/(¼·deviation) in the middle, where the logit is 0
    expect(logitNormal({ deviation: 0.5 }).density(0.5)).toBeCloseTo(8 / Math.sqrt(2 * Math.PI), 12);
  });

  it('cosMap meets the log-SNRs of cosine on the straight path', () => {
    for (const p of [0.001, 0.2, 0.5, 0.8, 0.999])
      expect(rectifiedFlow().logSnr(cosMap().quantile(p))).toBeCloseTo(cosine().logSnr(p), 9);
  });

  it('mode is uniform at scale 0, symmetric, and as high as it says in the middle', () => {
    for (const t of [0.1, 0.5, 0.8]) expect(mode({ scale: 0 }).density(t)).toBe(1);
    for (const scale of [-0.5, 0.81, 1.29]) {
      expect(mode({ scale }).density(0.2)).toBeCloseTo(mode({ scale }).density(0.8), 9);
      expect(mode({ scale }).density(0.5)).toBeCloseTo(1 / (1 + scale - (scale * Math.PI) / 2), 9);
    }
  });

  it('drawing the levels of EDM is weighting by them', () => {
    // up to 2/σ_data² and the share of the normal within the schedule, one factor for all losses
    const schedule = geometric({ sigmaMin: 0.002, sigmaMax: 80 });
    const process = varianceExploding(schedule);
    const weighting = unweighted(edmOutput({ sigmaData: 0.7 }));
    const factor = (error: (logSnr: number) => number): number => {
      const { times } = drawn(logNormal({ schedule, mean: -0.4, deviation: 1 }), { base: even }).draw(key(0), 20_000);
      const byTimes = meanOf(times.map(process.at).map((level) => weighting(level, process) * error(level.logSnr)));
      const byWeight = meanOf(
        midpoints(20_000)
          .map(process.at)
          .map((level) => edm({ sigmaData: 0.7, mean: -0.4, deviation: 1 })(level, process) * error(level.logSnr)),
      );
      return byTimes / byWeight;
    };
    for (const error of [(logSnr: number) => 1 + Math.tanh(logSnr / 2), (logSnr: number) => Math.exp(-(logSnr ** 2))])
      expect(factor(error)).toBeCloseTo(2 / 0.49, 2);
  });
});

it('all times are drawn inside (0, 1), with finite weights, for any options', () => {
  const options = fc.record({
    mean: fc.double({ min: -3, max: 3, noNaN: true }),
    deviation: fc.double({ min: 0.1, max: 4, noNaN: true }),
    scale: fc.double({ min: -0.99, max: 1.7, noNaN: true }),
    schedule: fc.constantFrom(...Object.values(schedules)),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(options, ({ mean, deviation, scale, schedule, seed }) => {
      const all = [
        logNormal({ schedule, mean, deviation }),
        logLogistic({ schedule, location: mean, scale: deviation }),
        logitNormal({ mean, deviation }),
        mode({ scale }),
        cosMap(),
      ];
      for (const density of all) {
        const { times, weights = [] } = drawn(density, { undo: true, base: uniformTimes() }).draw(key(seed), 16);
        expect(times.filter((t) => !(t > 0 && t < 1))).toEqual([]);
        expect(weights.filter((weight) => !(weight > 0 && weight < Infinity))).toEqual([]);
        expect(weights).toHaveLength(16);
      }
    }),
    { numRuns: 60, seed: 2 },
  );
});

it.each([
  ['mean-not-finite', () => logNormal({ schedule: cosine(), mean: Number.NaN })],
  ['deviation-not-positive', () => logNormal({ schedule: cosine(), deviation: 0 })],
  ['density-outside', () => logNormal({ schedule: geometric(), mean: 100 })],
  ['density-outside', () => logitNormal({ mean: 1e4 })],
  ['location-not-finite', () => logLogistic({ schedule: cosine(), location: Infinity })],
  ['scale-not-positive', () => logLogistic({ schedule: cosine(), scale: -1 })],
  ['sigma-range-empty', () => logLogistic({ schedule: cosine(), sigmaMin: 2, sigmaMax: 1 })],
  ['sigma-range-empty', () => logLogistic({ schedule: cosine(), sigmaMin: -1 })],
  ['deviation-not-positive', () => logitNormal({ deviation: Number.NaN })],
  ['scale-out-of-range', () => mode({ scale: 1.76 })],
  ['scale-out-of-range', () => mode({ scale: -1 })],
])('refuses by name: %s', (code, make) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
