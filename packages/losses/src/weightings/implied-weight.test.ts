import type { ForwardProcess, NoiseLevel, NoiseSchedule, Weighting } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { edm as edmOutput, v, velocity, x0 } from '@tweedie/parameterizations';
import { cosine, geometric, linearBeta, rectifiedFlow } from '@tweedie/schedules';
import { describe, expect, it } from 'vitest';
import { between, gaussianError, meanOf, midpoints, perLogSnrWeightings } from '../../test/tables.js';
import {
  edm,
  elbo,
  fmOt,
  impliedWeight,
  indi,
  minSnr,
  p2,
  perLogSnr,
  simple,
  snr,
  softMinSnr,
  truncatedSnr,
  unweighted,
} from '../index.js';

interface Errors {
  readonly data: number;
  readonly noise: number;
  readonly level: NoiseLevel;
}

/** One estimate of one sample: a wrong x0 and the wrong ε that goes with it. */
function errorsAt(level: NoiseLevel): Errors {
  const [data, noise, estimate] = [0.7, -0.4, 0.55];
  const x = level.alpha * data + level.sigma * noise;
  return { data: estimate - data, noise: (x - level.alpha * estimate) / level.sigma - noise, level };
}

/** −dt/dλ by central difference of the inverse of the schedule. */
const densityOf =
  ({ time }: NoiseSchedule) =>
  (logSnr: number): number =>
    (time(logSnr - 1e-4) - time(logSnr + 1e-4)) / 2e-4;
const normal = (mean: number, deviation: number) => (x: number) =>
  Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));

const ratio = ({ alpha, sigma }: NoiseLevel): number => (alpha / sigma) ** 2;
const [vp, flow, ve] = [variancePreserving(cosine()), linearInterpolant(rectifiedFlow()), varianceExploding(geometric())];

/** What the papers minimise, in the words of the papers: a squared error, and how often each log-SNR is drawn. */
const objectives: Readonly<
  Record<string, readonly [Weighting, ForwardProcess, loss: (errors: Errors) => number, density?: (logSnr: number) => number]>
> = {
  'ε loss': [simple(), vp, ({ noise }) => noise ** 2],
  'SNR on x0': [snr(), vp, ({ data, level }) => ratio(level) * data ** 2],
  'max(SNR, 1) on x0': [truncatedSnr(), vp, ({ data, level }) => Math.max(1, ratio(level)) * data ** 2],
  'min(SNR, 5) on x0': [minSnr(), vp, ({ data, level }) => Math.min(5, ratio(level)) * data ** 2],
  'soft min(SNR, 4) on x0': [softMinSnr(), vp, ({ data, level }) => data ** 2 / (1 / ratio(level) + 1 / 4)],
  'P2 on ε': [p2({ gamma: 0.5, k: 2 }), vp, ({ noise, level }) => noise ** 2 / Math.sqrt(2 + ratio(level))],
  'v loss': [unweighted(v()), vp, ({ noise, data, level }) => (level.alpha * noise - level.sigma * data) ** 2],
  'x0 loss on the straight path': [unweighted(x0()), flow, ({ data }) => data ** 2],
  'InDI, times 4': [indi(), vp, ({ data }) => 4 * data ** 2, densityOf(rectifiedFlow())],
  'velocity on the straight path': [unweighted(velocity()), flow, ({ noise, data }) => (noise - data) ** 2],
  'flow matching from another process': [
    fmOt(),
    variancePreserving(linearBeta()),
    ({ noise, level }) => ((1 + level.sigma / level.alpha) * noise) ** 2, // x0 error −(σ/α)·ε error
    densityOf(rectifiedFlow()),
  ],
  'EDM, of its network': [
    unweighted(edmOutput({ sigmaData: 0.7 })),
    ve,
    ({ data, level: { sigma } }) => (data ** 2 * (sigma ** 2 + 0.49)) / (sigma * 0.7) ** 2,
  ],
  'EDM, times σ_data²/2': [
    edm({ sigmaData: 0.7, mean: -0.4, deviation: 1 }),
    ve,
    ({ data, level: { sigma } }) => (data ** 2 * (sigma ** 2 + 0.49)) / sigma ** 2 / 2,
    normal(0.8, 2),
  ],
};

describe('the weight per log-SNR', () => {
  it.each(Object.entries(objectives))('%s has that of its definition', (_, [weighting, process, loss, density]) => {
    const implied = impliedWeight(weighting, process);
    const drawn = density ?? densityOf(process.schedule);
    for (const logSnr of [-7, -5, -3, -1.5, -0.3, 0.4, 1.7, 3, 5, 8]) {
      const errors = errorsAt(process.level(logSnr));
      const expected = (2 * drawn(logSnr) * loss(errors)) / errors.noise ** 2;
      expect(implied(logSnr) / expected).toBeCloseTo(1, 6);
    }
  });

  it('is what `perLogSnr` was given', () => {
    const weight = (logSnr: number) => 2 + Math.sin(logSnr);
    for (const schedule of [cosine(), linearBeta(), geometric()])
      for (const logSnr of [-6, 0, 2.5]) {
        const implied = impliedWeight(perLogSnr(weight), variancePreserving(schedule));
        expect(implied(logSnr)).toBeCloseTo(weight(logSnr), 12);
      }
  });
});

describe('equal ends', () => {
  const [min, max] = [-6, 6];
  const nodes = midpoints(10_000);
  const processes = Object.entries(between(min, max)).map(([name, schedule]) => [name, variancePreserving(schedule)] as const);
  const lossesOf = (weighting: Weighting, process: ForwardProcess): number[] =>
    nodes.map(process.at).map((level) => weighting(level, process) * gaussianError(level.logSnr));

  it.each(Object.entries(perLogSnrWeightings))('give one loss under every schedule: %s', (_, weighting) => {
    const weight = impliedWeight(weighting, variancePreserving(geometric({ sigmaMin: 1e-3, sigmaMax: 1e3 })));
    // ½∫ w(λ)·error dλ
    const logSnrs = nodes.map((u) => min + (max - min) * u);
    const expected = meanOf(logSnrs.map((logSnr) => 0.5 * (max - min) * weight(logSnr) * gaussianError(logSnr)));
    for (const [name, process] of processes) expect(meanOf(lossesOf(weighting, process)) / expected, name).toBeCloseTo(1, 3);
  });

  it('give other variances', () => {
    const spreads = processes.map(([, process]) => {
      const losses = lossesOf(elbo(), process);
      return meanOf(losses.map((loss) => loss ** 2)) - meanOf(losses) ** 2;
    });
    expect(Math.max(...spreads) / Math.min(...spreads)).toBeGreaterThan(2);
  });
});
