import { type ForwardProcess, type NoiseSchedule, normalQuantile, type Weighting } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers, record } from '@tweedie/goldens';
import weights from '@tweedie/goldens/losses/weights.json' with { type: 'json' };
import { edm, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, geometric, linearBeta, rectifiedFlow } from '@tweedie/schedules';
import { describe, expect, it } from 'vitest';
import { elbo, minSnr, networkWeight, perLogSnr, sigmoid, simple, unweighted } from './index.js';

/** What a weighting is per log-SNR, up to the factor that makes it 1 at log-SNR 0: twice its weight by the density of log-SNR. */
function implied(weighting: Weighting, process: ForwardProcess): (logSnr: number) => number {
  const absolute = (logSnr: number): number => {
    const level = process.level(logSnr);
    return (-2 * weighting(level, process)) / process.schedule.slope(level.t);
  };
  return (logSnr) => absolute(logSnr) / absolute(0);
}

/** EDM draws ln σ from N(−1.2, 1.2²), so that log-SNR is N(2.4, 2.4²). */
const edmTimes: NoiseSchedule = {
  logSnr: (t) => 2.4 + 2.4 * normalQuantile(1 - t),
  time(logSnr) {
    let [low, high] = [0, 1];
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2;
      if (this.logSnr(middle) > logSnr) low = middle;
      else high = middle;
    }
    return low;
  },
  slope(t) {
    const z = normalQuantile(1 - t);
    return -2.4 * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  },
};

describeGoldens(
  'weightings',
  weights,
  (golden) => {
    if (golden.name.startsWith('snr/')) {
      const process = variancePreserving(cosine());
      const levels = [...numbers(golden.log_snr)].map((logSnr) => process.level(logSnr));
      return () =>
        Object.fromEntries(
          Object.keys(golden).flatMap((key) => {
            const [, gamma] = /^min_snr_gamma(.+)$/.exec(key) ?? [];
            if (gamma === undefined) return [];
            const expected = record(golden[key]);
            return Object.entries({ epsilon: epsilon(), v_prediction: v(), x0: x0() }).map(([name, parameterization]) => {
              const training = { process, parameterization, weighting: minSnr({ gamma: Number(gamma) }) };
              return [
                `${name} ${gamma}`,
                [levels.map((level) => networkWeight(training, level)), numbers(expected[name])],
              ] as const;
            });
          }),
        );
    }
    if (golden.name.startsWith('edm/sigma_data')) {
      const process = varianceExploding(geometric());
      const weighting = unweighted(edm({ sigmaData: number(golden.sigma_data) }));
      const level = (sigma: number) => process.level(-2 * Math.log(sigma));
      const weight = (sigma: number) => networkWeight({ process, parameterization: x0(), weighting }, level(sigma));
      return () => ({ loss_weight: [[...numbers(golden.sigma)].map(weight), numbers(golden.loss_weight)] });
    }
    if (golden.name === 'vdm++/weightings') {
      const [cosinePreserving, flow] = [variancePreserving(cosine()), linearInterpolant(rectifiedFlow())];
      const logSnrs = [...numbers(golden.lambda)];
      const biased = record(golden.sigmoid_bias_k);
      // where the golden is not 1 at log-SNR 0 neither is ours: both are divided by their value there
      const relative = (values: Float64Array) => values.map((value) => value / (values[logSnrs.indexOf(0)] ?? Number.NaN));
      return () => ({
        // whatever the schedule
        ...Object.fromEntries(
          Object.entries(biased).map(([bias, expected], i) => [
            `sigmoid ${bias}`,
            [
              logSnrs.map(implied(sigmoid({ bias: Number(bias) }), i % 2 === 0 ? flow : cosinePreserving)),
              relative(numbers(expected)),
            ] as const,
          ]),
        ),
        elbo: [logSnrs.map(implied(elbo(), cosinePreserving)), numbers(golden.elbo)],
        cosine: [logSnrs.map(implied(simple(), cosinePreserving)), numbers(golden.cosine)],
        min_snr_5_with_cosine: [logSnrs.map(implied(minSnr(), cosinePreserving)), numbers(golden.min_snr_5_with_cosine)],
        v_prediction: [
          logSnrs.map(implied(unweighted(v()), cosinePreserving)),
          numbers(golden.v_prediction_with_cosine_schedule),
        ],
        fm_ot: [logSnrs.map(implied(unweighted(velocity()), flow)), numbers(golden.fm_ot)],
        // the density of log-SNR falls to 1e-12 at −15: there the quantile has few digits left, and we start at −8
        edm: [
          logSnrs.slice(1).map(implied(unweighted(edm()), variancePreserving(edmTimes))),
          relative(numbers(golden.edm)).slice(1),
        ],
      });
    }
    return undefined;
  },
  { tolerance: { abs: 1e-12, rel: 1e-9 } },
);

describe('in network space', () => {
  const process = variancePreserving(linearBeta());
  const levels = [0.001, 0.2, 0.7, 1].map((t) => process.at(t));

  it.each(Object.entries({ epsilon, x0, v, velocity, score, edm }))('unweighted is the plain loss of %s', (_, make) => {
    const parameterization = make();
    for (const level of levels)
      expect(networkWeight({ process, parameterization, weighting: unweighted(parameterization) }, level)).toBeCloseTo(1, 12);
  });

  it('is finite at both ends of an infinite schedule', () => {
    const infinite = variancePreserving(cosine());
    for (const t of [0, 1])
      for (const make of [epsilon, x0, v, velocity, score, edm])
        for (const weighting of [simple(), minSnr(), unweighted(v()), sigmoid(), elbo()])
          expect(
            networkWeight({ process: infinite, parameterization: make(), weighting }, infinite.at(t)),
          ).toBeGreaterThanOrEqual(0);
  });

  it('is the weight on the ε error by default', () => {
    for (const level of levels) expect(networkWeight({ process, parameterization: epsilon() }, level)).toBe(1);
  });
});

it('has an integral over time that no schedule changes', () => {
  // ∫ ½w(λ)(−dλ/dt) dt over a schedule is ½∫ w(λ) dλ over its range; here the logistic function from −10 to 10, ½·10
  const cut = (schedule: NoiseSchedule) => clamped(schedule, { min: -10, max: 10 });
  for (const schedule of [
    cut(cosine()),
    cut(rectifiedFlow()),
    cut(geometric({ sigmaMin: Math.exp(-6), sigmaMax: Math.exp(6) })),
  ]) {
    const process = variancePreserving(schedule);
    const weighting = perLogSnr((logSnr) => 1 / (1 + Math.exp(logSnr)));
    const steps = 100_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += weighting(process.at((i + 0.5) / steps), process) / steps;
    expect(sum).toBeCloseTo(5, 4);
  }
});

it.each([
  ['gamma-not-positive', () => minSnr({ gamma: 0 })],
  ['bias-not-finite', () => sigmoid({ bias: Number.NaN })],
])('refuses by name: %s', (code, make) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
