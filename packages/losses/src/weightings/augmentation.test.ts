import '@tensorflow/tfjs-backend-cpu';
import { mul, setBackend } from '@tensorflow/tfjs-core';
import { key, type Network, normal, type TimeSampler, type Weighting } from '@tweedie/core';
import { linearInterpolant, variancePreserving } from '@tweedie/forward-process';
import { epsilon, v, velocity } from '@tweedie/parameterizations';
import { clamped, cosine, geometric, rectifiedFlow } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussianError, meanOf, midpoints } from '../../test/tables.js';
import {
  augmentation,
  augmented,
  diffusionLoss,
  edm,
  edmMonotone,
  elbo,
  fmOt,
  iddpmCosine,
  indi,
  isMonotone,
  likelihood,
  minSnr,
  p2,
  rises,
  sigmoid,
  simple,
  snr,
  step,
  unweighted,
} from '../index.js';

beforeAll(() => setBackend('cpu'));

const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));
const flow = linearInterpolant(rectifiedFlow());

describe('is monotone, as in the table of the paper', () => {
  it.each([
    ['elbo', elbo(), process],
    ['likelihood', likelihood(), process],
    ['sigmoid', sigmoid(), process],
    ['step', step(), process],
    ['EDM, monotone', edmMonotone(), process],
    ['FM-OT', unweighted(velocity()), flow],
    ['FM-OT, of the straight path', fmOt(), process],
    ['v on cosine', unweighted(v()), process],
    ['InDI', indi(), process],
    ['simple where log-SNR is linear in time', simple(), variancePreserving(geometric())],
  ])('%s', (_, weighting, on) => {
    expect(rises(weighting, on)).toEqual([]);
    expect(isMonotone(weighting, on)).toBe(true);
  });
});

describe('is not monotone', () => {
  it.each([
    ['simple on cosine', simple(), 0],
    ['sech', iddpmCosine(), 0],
    ['SNR on cosine', snr(), 0],
    ['min-SNR on cosine', minSnr({ gamma: 5 }), 0],
    // d/dλ of sech(λ/2)/(1 + e^λ) is 0 where tanh(λ/2) = −2/(1 + e^(−λ)): e^λ = 1/3
    ['P2 on cosine', p2(), -Math.log(3)],
    ['EDM', edm(), -3.3078],
  ])('%s, and says where it rises', (_, weighting, peak) => {
    const [[from, to] = [0, 0], ...more] = rises(weighting, process);
    expect(more).toEqual([]);
    expect(from).toBe(-8);
    expect(Math.abs(to - peak)).toBeLessThan(0.01);
    expect(isMonotone(weighting, process)).toBe(false);
    expect(() => augmentation(weighting, process)).toThrow(expect.objectContaining({ code: 'weighting-not-monotone' }));
  });

  it('EDM with two peaks, which only its monotone form evens out', () => {
    const options = { sigmaData: 1, mean: 0, deviation: 3 };
    const wide = variancePreserving(geometric({ sigmaMin: 1e-9, sigmaMax: 1e12 }));
    expect(rises(edm(options), wide).length).toBeGreaterThan(0);
    expect(rises(edmMonotone(options), wide)).toEqual([]);
  });
});

it('refuses a weighting that says nothing of noise', () => {
  expect(() => augmentation(step({ threshold: -20 }), process)).toThrow(expect.objectContaining({ code: 'weighting-zero' }));
});

describe('a monotone weighting is the evidence bound of noised data', () => {
  const nodes = midpoints(8000);
  const [low, high] = [process.schedule.logSnr(1), process.schedule.logSnr(0)];
  /** ½∫ error dλ from the noisy end to the edge of each of many parts. */
  const sums = [0];
  for (const u of midpoints(20_000))
    sums.push((sums.at(-1) ?? 0) + (0.5 * (high - low) * gaussianError(low + (high - low) * u)) / 20_000);
  /** ½∫_λ(1)^λ(t) error dλ, the bound of data noised to t. */
  const bound = (t: number): number => {
    const place = ((process.schedule.logSnr(t) - low) / (high - low)) * 20_000;
    const [part, rest] = [Math.floor(place), place % 1];
    const [from = 0, to = from] = [sums[part], sums[part + 1]];
    return from + rest * (to - from);
  };
  const weighted = (weighting: Weighting): number =>
    meanOf(nodes.map(process.at).map((level) => weighting(level, process) * gaussianError(level.logSnr)));

  const monotone: Readonly<Record<string, Weighting>> = {
    elbo: elbo(),
    sigmoid: sigmoid(),
    edmMonotone: edmMonotone(),
    fmOt: fmOt(),
    indi: indi(),
    v: unweighted(v()),
    step: step({ threshold: 2 }),
  };

  it.each(Object.entries(monotone))('%s, by quadrature over the times of noise', (_, weighting) => {
    const { scale, quantile } = augmentation(weighting, process);
    expect((scale * meanOf(nodes.map((p) => bound(quantile(p))))) / weighted(weighting)).toBeCloseTo(1, 3);
  });

  it.each(Object.entries(monotone).filter(([name]) => name !== 'step'))('%s, by its atom and its density', (_, weighting) => {
    const { scale, atom, density, cdf } = augmentation(weighting, process);
    const sides = scale * (atom * bound(0) + meanOf(nodes.map((t) => density(t) * bound(t))));
    expect(sides / weighted(weighting)).toBeCloseTo(1, 2);
    expect(cdf(0)).toBeCloseTo(atom, 12);
    expect(cdf(1)).toBe(1);
  });

  it('with all noise at one level where the weighting is a step', () => {
    const { atom, quantile } = augmentation(step({ threshold: 2 }), process);
    expect(atom).toBe(0);
    for (const p of [0.01, 0.5, 0.99]) expect(process.schedule.logSnr(quantile(p))).toBeCloseTo(2, 9);
  });

  it.each(['sigmoid', 'edmMonotone', 'v'])('%s, drawn: one loss from both sides', async (name) => {
    const weighting = monotone[name] ?? elbo();
    const network: Network = { parameters: new Map(), apply: (x) => mul(x, 0.8) };
    const count = 20_000;
    const expected = weighted(weighting);
    const measured = (objective: { readonly weighting: Weighting; readonly times?: TimeSampler }) => {
      const loss = diffusionLoss({ network, process, parameterization: epsilon(), ...objective });
      const inputs = loss.prepare({ x: mul(normal(key(1), [count, 2]), 0.6) }, key(2));
      if (inputs instanceof Promise) throw new TypeError('the inputs come at once');
      const perExample = loss.evaluate(inputs).perExample?.dataSync() ?? [];
      const importance = inputs.importance?.dataSync();
      const losses = Array.from(perExample, (each, i) => each * (importance?.[i] ?? 1));
      const mean = meanOf(losses);
      return { mean, error: Math.sqrt(meanOf(losses.map((each) => (each - mean) ** 2)) / count) };
    };
    for (const { mean, error } of [
      measured({ weighting }),
      measured({ weighting: elbo(), times: augmented(weighting, process) }),
    ]) {
      expect(Math.abs(mean - expected)).toBeLessThan(5 * error);
      expect(error / expected).toBeLessThan(0.05);
    }
  });
});
