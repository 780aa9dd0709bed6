import type { NoiseLevel, Weighting } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type GoldenCase, type JsonRecord, number, numbers, record, text } from '@tweedie/goldens';
import weights from '@tweedie/goldens/losses/weights.json' with { type: 'json' };
import { edm as edmOutput, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import {
  cosine,
  cosineBetas,
  fromBetas,
  geometric,
  laplaceBetas,
  linearBeta,
  linearBetas,
  rectifiedFlow,
  scaledLinearBetas,
  sigmoidBetas,
  zeroTerminalSnr,
} from '@tweedie/schedules';
import { describe, expect, it } from 'vitest';
import {
  cosMap,
  edm,
  edmMonotone,
  elbo,
  fmOt,
  iddpmCosine,
  impliedWeight,
  indi,
  likelihood,
  logNormal,
  minSnr,
  networkWeight,
  p2,
  sigmoid,
  simple,
  snr,
  softMinSnr,
  step,
  unweighted,
} from '../index.js';

/** Wide enough for all of a normal distribution. */
const wide = geometric({ sigmaMin: 1e-12, sigmaMax: 1e12 });
const [cosinePreserving, flow] = [variancePreserving(cosine()), linearInterpolant(rectifiedFlow())];

/** The levels of a diffusers configuration at table indices. */
function tableLevels(config: JsonRecord, indices: Float64Array): NoiseLevel[] {
  const steps = number(config.num_train_timesteps);
  const [start, end] = [number(config.beta_start ?? 0.0001), number(config.beta_end ?? 0.02)];
  const tables: Readonly<Record<string, () => readonly number[]>> = {
    linear: () => linearBetas({ steps, start, end }),
    scaled_linear: () => scaledLinearBetas({ steps, start, end }),
    squaredcos_cap_v2: () => cosineBetas({ steps }),
    sigmoid: () => sigmoidBetas({ steps, start, end }),
    laplace: () => laplaceBetas({ steps }),
  };
  const betas = tables[text(config.beta_schedule ?? 'linear')]?.();
  if (betas === undefined) throw new Error(`a table of the kind ${config.beta_schedule} is not known`);
  const process = variancePreserving(fromBetas(config.rescale_betas_zero_snr === true ? zeroTerminalSnr(betas) : betas));
  return [...indices].map((i) => process.at((i + 1) / steps));
}

/** Weights on the network's squared error at some levels. */
const inNetwork = (
  levels: readonly NoiseLevel[],
  weighting: Weighting,
  parameterization = epsilon(),
  process = cosinePreserving,
) => levels.map((level) => networkWeight({ process, parameterization, weighting }, level));

/** The numbers of the columns whose name matches, each computed by `column` from what the name says. */
function columns(golden: GoldenCase, pattern: RegExp, column: (...found: string[]) => readonly number[], part?: string) {
  return Object.keys(golden).flatMap((key) => {
    const found = pattern.exec(key);
    if (found === null) return [];
    const expected = part === undefined ? (golden[key] ?? null) : (record(golden[key])[part] ?? null);
    return [[part === undefined ? key : `${key} ${part}`, [column(...found.slice(1)), expected] as const] as const];
  });
}

describeGoldens('weightings', weights, (golden) => {
  if (golden.snr !== undefined) {
    const predictions = { epsilon: epsilon(), v_prediction: v(), x0: x0() };
    return () => {
      const levels = tableLevels(record(golden.scheduler_config), numbers(golden.t));
      return {
        snr: [inNetwork(levels, snr(), x0()), golden.snr ?? null],
        log_snr: [levels.map(({ logSnr }) => logSnr), golden.log_snr ?? null],
        ...Object.fromEntries([
          ...Object.entries(predictions).flatMap(([name, parameterization]) =>
            columns(
              golden,
              /^min_snr_gamma(.+)$/,
              (gamma) => inNetwork(levels, minSnr({ gamma: Number(gamma) }), parameterization),
              name,
            ),
          ),
          ...columns(
            golden,
            /^p2_k(.+)_gamma(.+)$/,
            (k, gamma) => inNetwork(levels, p2({ k: Number(k), gamma: Number(gamma) })),
            'weight',
          ),
        ]),
      };
    };
  }
  if (golden.cosmap !== undefined) {
    const levels = [...numbers(golden.sigmas)].map(flow.at);
    return () => ({
      // on the error of x0, as in the peer's training scripts; the other one on the velocity's
      sigma_sqrt: [inNetwork(levels, fmOt(), x0(), flow), golden.sigma_sqrt ?? null],
      cosmap: [inNetwork(levels, fmOt(cosMap()), velocity(), flow), golden.cosmap ?? null],
    });
  }
  if (golden.loss_weight !== undefined || golden.vp !== undefined) {
    const process = varianceExploding(geometric());
    const levels = [...numbers(golden.sigma)].map((sigma) => process.level(-2 * Math.log(sigma)));
    const weigh = (weighting: Weighting) => inNetwork(levels, weighting, x0(), process);
    if (golden.sigma_data !== undefined)
      return () => ({
        loss_weight: [weigh(unweighted(edmOutput({ sigmaData: number(golden.sigma_data) }))), golden.loss_weight ?? null],
      });
    return () => ({
      vp: [weigh(simple()), record(golden.vp).loss_weight ?? null],
      ve: [weigh(simple()), record(golden.ve).loss_weight ?? null],
    });
  }
  if (golden.sigmoid_bias_k === undefined) return undefined;
  const logSnrs = [...numbers(golden.lambda)];
  // the table leaves out factors: 1/π of the density of the cosine schedule, sech(λ/2)/2π, and what is 2 there
  const ours = (weighting: Weighting, process = cosinePreserving, factor = 1) =>
    logSnrs.map((logSnr) => factor * impliedWeight(weighting, process)(logSnr));
  const onCosine = (weighting: Weighting, factor = Math.PI) => ours(weighting, cosinePreserving, factor);
  return () => ({
    ...Object.fromEntries([
      ...Object.entries(record(golden.sigmoid_bias_k)).map(([bias, expected], i) => [
        `sigmoid ${bias}`,
        [ours(sigmoid({ bias: Number(bias) }), i % 2 === 0 ? flow : cosinePreserving), expected] as const, // whatever the schedule
      ]),
      ...columns(golden, /^p2_gamma(.+)_with_cosine$/, (gamma) => onCosine(p2({ gamma: Number(gamma) }))),
      ...columns(golden, /^min_snr_(.+)_with_cosine$/, (gamma) => onCosine(minSnr({ gamma: Number(gamma) }))),
      ...columns(golden, /^min_snr_(.+)_x0_prediction_weight_snr$/, (gamma) =>
        inNetwork(logSnrs.map(cosinePreserving.level), minSnr({ gamma: Number(gamma) }), x0()),
      ),
      ...columns(golden, /^edm_density_p_lambda_mean_(.+)_std_(.+)$/, (mean, std) => {
        const times = logNormal({ schedule: wide, mean: -Number(mean) / 2, deviation: Number(std) / 2 });
        return logSnrs.map((logSnr) => times.density(wide.time(logSnr)) / -wide.slope(wide.time(logSnr)));
      }),
    ]),
    elbo: [ours(elbo()), golden.elbo ?? null],
    'elbo as half the likelihood weighting': [ours(likelihood(), flow, 0.5), golden.elbo ?? null],
    cosine: [onCosine(simple()), golden.cosine ?? null],
    'cosine on another schedule': [ours(iddpmCosine(), flow), golden.cosine ?? null],
    v: [onCosine(unweighted(v()), Math.PI / 2), golden.v_prediction_with_cosine_schedule ?? null],
    fm_ot: [ours(unweighted(velocity()), flow), golden.fm_ot ?? null],
    'fm_ot on another schedule': [ours(fmOt()), golden.fm_ot ?? null],
    indi: [ours(unweighted(x0()), flow, 4), golden.indi ?? null],
    'indi on another schedule': [ours(indi()), golden.indi ?? null],
    edm: [ours(edm()), golden.edm ?? null],
    edm_monotonic: [ours(edmMonotone()), golden.edm_monotonic ?? null],
    edm_peak: [
      [edm(), edmMonotone()].map((weighting) => impliedWeight(weighting, flow)(number(golden.edm_peak_lambda))),
      [number(golden.edm_peak_value), number(golden.edm_peak_value)],
    ],
    edm_plateau: [impliedWeight(edmMonotone(), flow)(-40), golden.edm_peak_value ?? null],
  });
});

describe('in network space', () => {
  const process = variancePreserving(linearBeta());
  const levels = [0.001, 0.2, 0.7, 1].map((t) => process.at(t));

  it.each(Object.entries({ epsilon, x0, v, velocity, score, edm: edmOutput }))(
    'unweighted is the plain loss of %s',
    (_, make) => {
      const parameterization = make();
      for (const level of levels)
        expect(networkWeight({ process, parameterization, weighting: unweighted(parameterization) }, level)).toBeCloseTo(1, 12);
    },
  );

  it('keeps its digits where time runs out of them', () => {
    const training = { process: flow, parameterization: velocity(), weighting: fmOt(cosMap()) };
    for (const t of [0, 1]) expect(networkWeight(training, flow.at(t))).toBeCloseTo(cosMap().density(t), 9);
  });

  it('is the weight on the ε error by default', () => {
    for (const level of levels) expect(networkWeight({ process, parameterization: epsilon() }, level)).toBe(1);
  });
});

it.each([
  ['gamma-not-positive', () => minSnr({ gamma: 0 })],
  ['gamma-not-positive', () => softMinSnr({ gamma: Infinity })],
  ['gamma-not-positive', () => p2({ gamma: -1 })],
  ['k-not-positive', () => p2({ k: 0 })],
  ['bias-not-finite', () => sigmoid({ bias: Number.NaN })],
  ['threshold-not-finite', () => step({ threshold: Infinity })],
  ['sigma-data-not-positive', () => edm({ sigmaData: 0 })],
  ['mean-not-finite', () => edmMonotone({ mean: Number.NaN })],
  ['deviation-not-positive', () => edm({ deviation: -1 })],
])('refuses by name: %s', (code, make) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
