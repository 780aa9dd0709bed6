import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { lower, trace } from '@tweedie/compile';
import {
  denoiser,
  key,
  type Moment,
  type Network,
  type NoiseLevel,
  normal,
  posterior,
  registerGradients,
  sample,
  transition,
} from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { epsilon, told, x0 } from '@tweedie/parameterizations';
import { ddpm } from '@tweedie/samplers';
import { linearBeta, uniform } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  diffusionLoss,
  discreteElbo,
  gaussianLogDensity,
  learnedLogVariance,
  learnedRange,
  learnedVarianceLoss,
  meanHalf,
  numberArithmetic,
  plannedSteps,
  type ReverseVariance,
  simple,
  varianceDenoiser,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const process = variancePreserving(linearBeta());
const steps = 10;
const spread = 0.6;

/** `θ₀·x` for the mean, and `θ₁` everywhere for the variance. */
function linear(mean: number, variance: number): { readonly network: Network; readonly theta: tf.Variable } {
  const theta = tf.variable(tf.tensor1d([mean, variance]));
  const network: Network = {
    parameters: new Map([['theta', theta]]),
    apply: (x) =>
      tf.tidy(() => {
        const [scale, constant] = tf.split(theta, 2) as [tf.Tensor, tf.Tensor];
        return tf.concat([tf.mul(x, scale), tf.add(tf.zerosLike(x), constant)], -1);
      }),
  };
  return { network, theta };
}

const data = (count: number) => ({ x: tf.mul(normal(key(1), [count, 3]), spread) });

describe('the hybrid objective', () => {
  it('teaches the mean by the simple loss alone, and the variance by the bound alone', async () => {
    const { network, theta } = linear(0.3, 0.2);
    const training = { process, parameterization: epsilon(), weighting: simple() };
    const whole = steps;
    const hybrid = learnedVarianceLoss({ ...training, network, steps, bound: 0.7 / whole });
    const bound = discreteElbo({ ...training, network, steps, variance: learnedRange() });
    const inputs = await hybrid.prepare(data(50), key(2));
    const same = await bound.prepare(data(50), key(2));
    expect([...same.x.dataSync()]).toEqual([...inputs.x.dataSync()]);
    const plain = diffusionLoss({ ...training, network: meanHalf(network) });
    const gradient = (loss: () => tf.Scalar) => {
      const { value, grads } = tf.variableGrads(loss, [theta]);
      return { value: value.dataSync()[0] ?? NaN, by: [...(grads[theta.name]?.dataSync() ?? [])] };
    };
    const [both, mean, variance] = [
      gradient(() => hybrid.evaluate(inputs).loss),
      gradient(() => plain.evaluate(inputs).loss),
      gradient(() => tf.mul<tf.Scalar>(bound.evaluate(same).loss, 0.7 / whole)),
    ];
    expect(both.by[0]).toBeCloseTo(mean.by[0] ?? NaN, 5);
    expect(both.by[1]).toBeCloseTo(variance.by[1] ?? NaN, 4);
    // the prior term has no parameters, and the hybrid leaves it out
    const prior = (tf.mean(same.prior).dataSync()[0] ?? NaN) / Math.LN2;
    expect(both.value).toBeCloseTo(mean.value + variance.value - (0.7 / whole) * prior, 4);
  });

  it('has the bound counted by 0.001, and nothing to say of the variance where that is zero', async () => {
    const { network, theta } = linear(0.3, 0.2);
    const loss = async (bound?: number) => {
      const options = { network, process, parameterization: epsilon(), steps };
      const objective = learnedVarianceLoss({ ...options, ...(bound === undefined ? {} : { bound }) });
      const inputs = await objective.prepare(data(20), key(2));
      const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, [theta]);
      return [value.dataSync()[0] ?? NaN, grads[theta.name]?.dataSync()[1] ?? NaN] as const;
    };
    const [[none, flat], [once], [default_]] = [await loss(0), await loss(0.001), await loss()];
    expect(flat).toBe(0);
    expect(default_).toBe(once);
    expect(once).toBeGreaterThan(none);
  });

  it.each([
    ['learnedRange', learnedRange()],
    ['learnedLogVariance', learnedLogVariance()],
  ] as const)('is least, under an exact mean, at the variance that the step really has: %s', async (_, variance) => {
    // what x0 may be given x_t adds to the posterior's variance
    const parameterization = told(x0(), () => 0);
    const gain = ({ alpha, sigma }: NoiseLevel) => (alpha * spread ** 2) / ((alpha * spread) ** 2 + sigma ** 2);
    const index = 6;
    const options = { process, parameterization, steps, variance, decoder: gaussianLogDensity };
    const { network: shape } = linear(0, 0);
    const step = plannedSteps({ ...options, network: shape })[index];
    if (step === undefined) throw new RangeError('no such step');
    const { level, data: c } = step;
    const unknown = (spread * level.sigma) ** 2 / ((level.alpha * spread) ** 2 + level.sigma ** 2);
    const truth = Math.log(Math.exp(step.small) + c ** 2 * unknown);
    const output =
      variance.logVariance(numberArithmetic, step, 1) === 1
        ? truth
        : (2 * (truth - step.small)) / (step.transition - step.small) - 1;
    const { network, theta } = linear(gain(level), output);
    const times = {
      draw: (_: unknown, count: number) => ({ times: Array.from({ length: count }, () => (index + 0.5) / steps) }),
    };
    const objective = learnedVarianceLoss({ ...options, network, times, bound: 1 / steps });
    const inputs = await objective.prepare(data(20_000), key(3)); // of any parameters
    const slope = (offset: number) => {
      theta.assign(tf.tensor1d([gain(level), output + offset]));
      const { grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, [theta]);
      return grads[theta.name]?.dataSync()[1] ?? NaN;
    };
    const [low, there, high] = [slope(-0.5), slope(0), slope(0.5)];
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(Math.abs(there)).toBeLessThan(0.05 * Math.min(high, -low));
  });

  it('can be traced and lowered, with its gradients', async () => {
    const { network, theta } = linear(0.3, 0.2);
    for (const objective of [
      learnedVarianceLoss({ network, process, parameterization: epsilon(), steps }),
      discreteElbo({ network, process, parameterization: epsilon(), steps, variance: learnedLogVariance() }),
    ]) {
      const inputs = await objective.prepare(data(4), key(2));
      const graph = trace({ inputs: {}, variables: objective.parameters }, (_, output) => {
        const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs as never).loss, [theta]);
        output('loss', value);
        for (const gradient of Object.values(grads)) output('gradient', gradient);
      });
      expect(lower(graph).outputs.map(({ name }) => name)).toEqual(['loss', 'gradient']);
    }
  });

  it('asks for twice the channels', async () => {
    const network: Network = { parameters: new Map(), apply: (x) => tf.clone(x) };
    const objective = learnedVarianceLoss({ network, process, parameterization: epsilon(), steps });
    const inputs = await objective.prepare(data(2), key(0));
    expect(() => objective.evaluate(inputs)).toThrow(expect.objectContaining({ code: 'channels-not-doubled' }));
  });
});

describe('sampling', () => {
  const { network } = linear(0.3, 0.2);
  const x = tf.tensor2d([[1, -2, 0.5]]);

  const run = (to: NoiseLevel, variance?: ReverseVariance) => {
    const noted = new Map<string, number[]>();
    const from = process.at(0.5);
    const moment: Moment = {
      from,
      to,
      index: 0,
      count: 1,
      note: (name, value) => noted.set(name, [...value.dataSync()]),
      recall: () => undefined,
    };
    const before = tf.memory().numTensors;
    const denoised = varianceDenoiser(network, epsilon(), variance)(x, from, undefined, moment);
    expect(tf.memory().numTensors).toBe(before + 1);
    return { noted, denoised: [...denoised.dataSync()], from };
  };

  it('denoises by the first half, and notes the variance of the step', () => {
    const to = process.at(0.4);
    const { noted, denoised, from } = run(to);
    expect(denoised).toEqual([...denoiser(meanHalf(network), epsilon())(x, from, undefined).dataSync()]);
    const [small, large] = [posterior(from, to).variance, transition(to, from).variance];
    const expected = large ** 0.6 * small ** 0.4; // v = 0.2
    expect(noted.get('variance')).toEqual([1, 2, 3].map(() => expect.closeTo(expected, 6)));
    expect(run(to, learnedLogVariance()).noted.get('variance')?.[0]).toBeCloseTo(Math.exp(0.2), 5);
  });

  it.each([
    ['small', -1],
    ['large', 1],
  ] as const)('draws with the variance that it notes: the %s one where the output is %d', async (variance, said) => {
    const told = linear(0.3, said).network;
    const options = { process, grid: uniform(), steps: 5, key: key(4), start: [3, 2] };
    const before = tf.memory().numTensors;
    const [learned, fixed] = [
      await sample({ ...options, denoiser: varianceDenoiser(told, epsilon()), sampler: ddpm({ variance: 'learned' }) }),
      await sample({ ...options, denoiser: denoiser(meanHalf(told), epsilon()), sampler: ddpm({ variance }) }),
    ];
    expect(tf.memory().numTensors).toBe(before + 2);
    const size = Math.max(...fixed.dataSync().map(Math.abs));
    expect(tf.max(tf.abs(tf.sub(learned, fixed))).dataSync()[0]).toBeLessThan(1e-5 * size);
  });

  it('notes nothing in the step to data, nor outside a run', () => {
    expect(run(process.level(Infinity)).noted.size).toBe(0);
    const outside = varianceDenoiser(network, epsilon())(x, process.at(0.5), undefined);
    expect(outside.shape).toEqual([1, 3]);
  });
});
