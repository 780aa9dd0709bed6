import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { denoiser, type Key, key, type Network, normal, registerGradients, sample, type TimeSampler } from '@tweedie/core';
import { gaussianMixture } from '@tweedie/data';
import { linearInterpolant, varianceExploding } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { velocity } from '@tweedie/parameterizations';
import { ddim, heun } from '@tweedie/samplers';
import { geometric, rectifiedFlow } from '@tweedie/schedules';
import { samplePlain } from '@tweedie/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bridgeScore,
  brownianBridge,
  type Coupling,
  diffusionLoss,
  entropicTransport,
  type FlowMatchingOptions,
  flowInputs,
  flowMatching,
  lipmanPath,
  minibatchOptimalTransport,
  straightPath,
  trigonometricPath,
  uniformTimes,
  unweighted,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const straight = linearInterpolant(rectifiedFlow());
const none: Network = { parameters: new Map(), apply: (x) => tf.zerosLike(x) };
const values = (tensor: tf.Tensor | undefined): number[] => Array.from(tensor?.dataSync() ?? []);
const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

it('on the straight path from noise is the velocity loss of a diffusion, gradients and all', async () => {
  const network = mlp({ key: key(1), width: 16, layers: 2 });
  const x = normal(key(2), [32, 2]);
  for (const times of [undefined, uniformTimes()]) {
    const options = { network, ...(times === undefined ? {} : { times }) };
    const flow = flowMatching(options);
    const diffusion = diffusionLoss({
      ...options,
      process: straight,
      parameterization: velocity(),
      weighting: unweighted(velocity()),
    });
    const ready = await flow.prepare({ x }, key(3));
    const prepared = await diffusion.prepare({ x }, key(3));
    const [ours, theirs] = [() => flow.evaluate(ready).loss, () => diffusion.evaluate(prepared).loss]
      .map((loss) => tf.variableGrads(loss))
      .map(({ value, grads }) => [value, ...Object.values(grads)].map(values));
    expect(ours).toHaveLength(1 + network.parameters.size);
    ours?.forEach((numbers, i) => {
      const size = Math.max(...(theirs?.[i] ?? []).map(Math.abs));
      numbers.forEach((number, j) => {
        expect(Math.abs(number - (theirs?.[i]?.[j] ?? Number.NaN))).toBeLessThan(1e-5 * size);
      });
    });
  }
});

describe('between Gaussians on the line', () => {
  // data N(m0, s0²), source N(m1, s1²)
  const [m0, s0, m1, s1] = [1.5, 0.5, -0.7, 1.2];
  const count = 20_000;
  const data = () => tf.add(m0, tf.mul(s0, normal(key(4), [count, 1])));
  const source = (from: Key, shape: readonly number[]) => tf.add(m1, tf.mul(s1, normal(from, shape)));
  const at = (t: number): TimeSampler => ({ draw: (_, size) => ({ times: Array.from({ length: size }, () => t) }) });

  /** The residual of the exact flow is uncorrelated with everything that is known: its mean and its product with x vanish. */
  const unbiased = async (options: Partial<FlowMatchingOptions>, t: number, exact: (x: number) => number) => {
    const objective = flowMatching({ network: none, source, times: at(t), ...options });
    const { x, target, gain } = await objective.prepare({ x: data() }, key(5));
    const [points, targets, gains] = [values(x), values(target), values(gain)];
    const residuals = targets.map((u, i) => u - (gains[i] ?? 1) * exact(points[i] ?? Number.NaN));
    const centre = meanOf(points);
    for (const errors of [residuals, residuals.map((r, i) => r * ((points[i] ?? 0) - centre))]) {
      const mean = meanOf(errors);
      const deviation = Math.sqrt(meanOf(errors.map((e) => (e - mean) ** 2)) / errors.length);
      expect(Math.abs(mean)).toBeLessThan(5 * deviation);
    }
  };

  it.each([0.15, 0.5, 0.9])('learns the marginal flow at t = %d', async (t) => {
    const law = (spread: number) => ({ mean: (1 - t) * m0 + t * m1, variance: ((1 - t) * s0) ** 2 + (t * s1) ** 2 + spread });
    // the regression of x1 − x0 on x_t, from the covariance t·s1² − (1 − t)·s0² of the two
    const line = (x: number, spread: number) =>
      m1 - m0 + ((t * s1 ** 2 - (1 - t) * s0 ** 2) / law(spread).variance) * (x - law(spread).mean);
    await unbiased({}, t, (x) => line(x, 0));
    await unbiased({ path: straightPath({ sigma: 0.4 }) }, t, (x) => line(x, 0.16));
    // the bridge widens by ½·d(σ²t(1 − t))/dt besides
    const sigma = 0.7;
    const spread = sigma ** 2 * t * (1 - t);
    const path = brownianBridge({ sigma });
    const wider = (x: number) => (0.5 * sigma ** 2 * (1 - 2 * t) * (x - law(spread).mean)) / law(spread).variance;
    await unbiased({ path }, t, (x) => line(x, spread) + wider(x));
    await unbiased(
      { path, target: bridgeScore({ sigma }) },
      t,
      (x) => (-0.5 * sigma ** 2 * (x - law(spread).mean)) / law(spread).variance,
    );
  });

  it('under optimal transport learns the one monotone map, with hardly any variance left', async () => {
    const size = 512;
    const spread = async (coupling: Coupling): Promise<number> => {
      const objective = flowMatching({ network: none, source, times: at(0.4), coupling });
      const { x, target } = await objective.prepare({ x: tf.slice(data(), [0, 0], [size, 1]) }, key(6));
      // x1 = m1 + (s1/s0)·(x0 − m0), so that x_t is at as many deviations as both
      const deviation = 0.6 * s0 + 0.4 * s1;
      const exact = values(x).map((point) => m1 - m0 + ((s1 - s0) * (point - 0.6 * m0 - 0.4 * m1)) / deviation);
      return Math.sqrt(meanOf(values(target).map((u, i) => (u - (exact[i] ?? 0)) ** 2)));
    };
    expect(await spread(minibatchOptimalTransport())).toBeLessThan(0.2);
    expect(await spread(() => undefined)).toBeGreaterThan(1);
    // and with much entropy it does not
    expect(await spread(entropicTransport({ sigma: 3 }))).toBeGreaterThan(0.8);
  });

  it.each(Object.entries({ straight: straightPath(), lipman: lipmanPath(), trigonometric: trigonometricPath() }))(
    'the flow of the %s path is sampled by the usual samplers, from any source',
    async (_, path) => {
      // a network that knows the flow between the Gaussians, told (2/π)·atan2(t, 1 − t)
      const exact: Network = {
        parameters: new Map(),
        apply(x, noise) {
          const [told = 0] = noise.dataSync();
          const t = 1 / (1 + 1 / Math.tan((Math.PI * told) / 2));
          const { value, rate } = path(t);
          const [mean, drift] = [value, rate].map(([a, b]) => a * m0 + b * m1) as [number, number];
          const variance = (value[0] * s0) ** 2 + (value[1] * s1) ** 2;
          const covariance = value[0] * rate[0] * s0 ** 2 + value[1] * rate[1] * s1 ** 2;
          return tf.add(drift, tf.mul(covariance / variance, tf.sub(x, mean)));
        },
      };
      const scores = [-2, -0.5, 0, 1, 3];
      const start = tf.tensor2d(
        scores.map((z) => m1 + s1 * z),
        [scores.length, 1],
      );
      const grid = Array.from({ length: 65 }, (_, i) => 1 - i / 64);
      const run = { denoiser: denoiser(exact, velocity()), process: straight, grid, key: key(0), start };
      for (const [sampler, tolerance] of [
        [ddim(), 0.06],
        [heun(), 0.004],
      ] as const) {
        const end = values(await sample({ ...run, sampler }));
        scores.forEach((z, i) => {
          expect(Math.abs((end[i] ?? Number.NaN) - (m0 + s0 * z))).toBeLessThan(tolerance);
        });
      }
    },
  );
});

it('DDIM is the flow of straight lines in another time', () => {
  // Euler along the marginal flow, with E[x1 | x_t] − E[x0 | x_t] by quadrature, against DDIM on the exploding process rescaled by 1 − t
  const mixture = gaussianMixture({ means: [[-1], [0.8]], covariances: [0.04, 0.25], weights: [0.3, 0.7] });
  const flow = (x: number, t: number): number => {
    let [mass, moment] = [0, 0];
    for (let i = -2000; i <= 2000; i++) {
      const data = i / 400;
      const noise = (x - (1 - t) * data) / t;
      const weight = Math.exp(mixture.logDensity([data]) - noise ** 2 / 2);
      mass += weight;
      moment += weight * (noise - data);
    }
    return moment / mass;
  };
  const times = [0.95, 0.8, 0.6, 0.45, 0.3, 0.15, 0.05];
  const process = varianceExploding(geometric());
  const levels = times.map((t) => process.level(2 * Math.log((1 - t) / t)));
  for (const start of [-1.2, 0.1, 1.4]) {
    let x = start;
    const steps = samplePlain({
      denoiser: (at, level) => Float64Array.from(mixture.posteriorMean([...at], level)),
      process,
      sampler: ddim(),
      levels,
      start: Float64Array.of(start / (1 - (times[0] ?? 0))),
    });
    times.slice(1).forEach((to, i) => {
      const from = times[i] ?? Number.NaN;
      x += (to - from) * flow(x, from);
      expect((steps[i]?.x[0] ?? Number.NaN) * (1 - to)).toBeCloseTo(x, 8);
    });
  }
});

describe('prepare', () => {
  const network: Network<tf.Tensor> = { parameters: new Map(), apply: (x) => tf.mul(x, 0.5) };
  const labels = (count: number) => tf.tensor1d(Float32Array.from({ length: count }, (_, i) => i));
  const options: Readonly<Record<string, Partial<FlowMatchingOptions<tf.Tensor>>>> = {
    default: {},
    transport: { coupling: minibatchOptimalTransport() },
    bridge: { coupling: entropicTransport(), path: brownianBridge(), times: uniformTimes() },
    score: { path: brownianBridge(), target: bridgeScore() },
  };

  it.each(Object.entries(options))('%s: batch first, owned by the caller, nothing leaked', async (_, extra) => {
    const objective = flowMatching({ network, ...extra });
    const batch = { x: normal(key(7), [6, 2, 3, 1]), condition: labels(6) };
    const before = tf.memory().numTensors;
    const inputs = await objective.prepare(batch, key(0));
    const tensors = Object.values(inputs).filter((value) => value instanceof tf.Tensor);
    for (const tensor of tensors) expect(tensor.shape[0]).toBe(6);
    expect(tf.memory().numTensors).toBe(before + tensors.length);
    const { loss, perExample } = objective.evaluate(inputs);
    expect(values(loss)[0]).toBeCloseTo(meanOf(values(perExample)), 5);
    expect(tf.memory().numTensors).toBe(before + tensors.length + 2);
    tf.dispose([loss, perExample ?? [], tensors]);
    expect(tf.memory().numTensors).toBe(before);
    expect(batch.x.isDisposed || batch.condition.isDisposed).toBe(false);
    expect(values((await objective.prepare(batch, key(0))).x)).toEqual(values((await objective.prepare(batch, key(0))).x));
  });

  it('leaves the data and their conditions in place, and orders the source', async () => {
    const [count, t] = [64, 0.25];
    const x = tf.reshape(labels(count), [count, 1]);
    const source = tf.reshape(tf.reverse(labels(count)), [count, 1]);
    const times: TimeSampler = { draw: () => ({ times: Array.from({ length: count }, () => t) }) };
    const objective = flowMatching({ network, times, coupling: minibatchOptimalTransport() });
    const inputs = await objective.prepare({ x, source, condition: labels(count) }, key(0));
    // sorted against sorted: each datum meets its equal, and does not move
    expect(values(inputs.x)).toEqual(values(x));
    expect(values(inputs.condition)).toEqual(values(x));
    expect(values(inputs.target)).toEqual(values(tf.zerosLike(x)));
    // pairs of the batch's own stay as they lie
    const given = await flowMatching({ network, times }).prepare({ x, source, condition: labels(count) }, key(0));
    expect(values(given.target)).toEqual(values(tf.sub(source, x)));
  });

  it('frees the source where a coupling fails, and names what it gave', async () => {
    const x = tf.zeros([3, 1]);
    const condition = labels(3);
    const before = tf.memory().numTensors;
    const run = (coupling: Coupling) => flowMatching({ network, coupling }).prepare({ x, condition }, key(0));
    await expect(run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    for (const pairing of [
      [0, 1],
      [0, 1, 3],
      [0, 1, -1],
      [0, 1, 0.5],
    ])
      await expect(run(() => pairing)).rejects.toMatchObject({ code: 'pairing-invalid' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what does not fit', async () => {
    const ends = { x: tf.ones([2, 1]), condition: labels(2) };
    const times: TimeSampler = { draw: () => ({ times: [0.5] }) };
    await expect(flowMatching({ network, times }).prepare(ends, key(0))).rejects.toMatchObject({ code: 'times-mismatch' });
    await expect(flowMatching({ network }).prepare({ ...ends, source: tf.ones([3, 1]) }, key(0))).rejects.toMatchObject({
      code: 'batch-mismatch',
    });
    expect(() => flowInputs([brownianBridge()(0.5)], { data: tf.ones([1, 1]), source: tf.ones([1, 1]) })).toThrow(
      expect.objectContaining({ code: 'noise-missing' }),
    );
  });
});

it('weights and teaches the time sampler', async () => {
  const times: TimeSampler<number> = {
    draw: (_, count, memory = 1) => ({
      times: Array.from({ length: count }, () => 0.5),
      weights: Array.from({ length: count }, () => memory),
    }),
    observe: (drawn, losses, memory = 0) => memory + meanOf(losses) + (drawn[0] ?? 0),
  };
  const objective = flowMatching({ network: none, times });
  const inputs = await objective.prepare({ x: normal(key(1), [8, 2]) }, key(2), 3);
  const { loss, perExample } = objective.evaluate(inputs);
  expect(values(loss)[0]).toBeCloseTo(3 * meanOf(values(perExample)), 5);
  expect(await objective.observe?.(inputs, [2, 4], 1)).toBe(1 + 3 + 0.5);
  expect(flowMatching({ network: none }).observe).toBeUndefined();
});

it('tells the network of the time as it is asked to', async () => {
  const x = tf.zeros([5, 1]);
  const plain = await flowMatching({ network: none, told: (t) => 1000 * t }).prepare({ x }, key(3));
  values(plain.times).forEach((t, i) => {
    expect(values(plain.noise)[i]).toBeCloseTo(1000 * t, 3);
  });
  const usual = await flowMatching({ network: none }).prepare({ x }, key(3));
  const levels = values(usual.times).map((t) => velocity()(straight.at(t)).noise);
  values(usual.noise).forEach((told, i) => {
    expect(told).toBeCloseTo(levels[i] ?? Number.NaN, 6);
  });
});
