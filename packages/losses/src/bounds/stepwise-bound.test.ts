import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, type NoiseLevel, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { told, x0 } from '@tweedie/parameterizations';
import { linearBeta } from '@tweedie/schedules';
import { beforeAll, expect, it } from 'vitest';
import { gaussianLogDensity, plannedSteps, type ReverseOptions, stepwiseBound } from '../index.js';

beforeAll(() => tf.setBackend('cpu'));

const process = variancePreserving(linearBeta());
const spread = 0.6;
const average = (values: readonly number[] = []) => values.reduce((sum, value) => sum + value, 0) / values.length;

it('is made of terms with the expectation that they have on Gaussian data', async () => {
  const gain = ({ alpha, sigma }: NoiseLevel) => (alpha * spread ** 2) / ((alpha * spread) ** 2 + sigma ** 2);
  const options: ReverseOptions = {
    network: { parameters: new Map(), apply: (x, told) => tf.mul(x, tf.reshape(told, [-1, 1])) },
    process,
    parameterization: told(x0(), gain),
    steps: 8,
    decoder: gaussianLogDensity,
  };
  const x = tf.mul(normal(key(1), [20_000, 4]), spread);
  const before = tf.memory().numTensors;
  const { total, prior, terms } = await stepwiseBound(options, { x }, key(2));
  expect(tf.memory().numTensors).toBe(before);
  expect(terms).toHaveLength(8);
  plannedSteps(options).forEach(({ level, previous, small }, i) => {
    const unknown = (spread * level.sigma) ** 2 / ((level.alpha * spread) ** 2 + level.sigma ** 2);
    const nats =
      previous === undefined
        ? 0.5 * (Math.log(2 * Math.PI) + small + unknown * Math.exp(-small))
        : 0.5 * (Math.exp(previous.logSnr) - Math.exp(level.logSnr)) * unknown;
    // terms are means of four χ² variables: 5 standard errors are 5·√(2/4)/√20000 of them, 2.5 %
    expect(Math.abs(average(terms[i]) - nats / Math.LN2)).toBeLessThan(0.025 * Math.abs(nats / Math.LN2));
  });
  expect(average(total)).toBeCloseTo(average(prior) + terms.reduce((sum, term) => sum + average(term), 0), 9);
  // the likelihood is larger, here by what eight steps lose
  const exact = Math.log2(2 * Math.PI * Math.E * spread ** 2) / 2;
  expect(average(total)).toBeGreaterThan(exact);
});

it('cuts estimates of the data that no data can be', async () => {
  const constant = (value: number): Network => ({ parameters: new Map(), apply: (x) => tf.fill(x.shape, value) });
  const measure = (value: number, limit?: number) => {
    const options = { network: constant(value), process, parameterization: x0(), steps: 3 };
    return stepwiseBound({ ...options, ...(limit === undefined ? {} : { limit }) }, { x: tf.ones([2, 3]) }, key(0));
  };
  const [cut, one, whole] = [await measure(5, 1), await measure(1), await measure(5)];
  cut.total.forEach((each, i) => {
    expect(each).toBeCloseTo(one.total[i] ?? Number.NaN, 4);
    expect(whole.total[i]).toBeGreaterThan(each + 1);
  });
  await expect(measure(1, 0)).rejects.toThrow(expect.objectContaining({ code: 'limit-not-positive' }));
});
