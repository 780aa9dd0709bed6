/** The objectives of the bounds, on tensors: expectations known for Gaussian data, and what every objective keeps. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import {
  disposeAll,
  foldIn,
  key,
  type Network,
  type NoiseLevel,
  normal,
  type Objective,
  type Parameterization,
  posterior,
  registerGradients,
  sliceBatch,
  tensorsIn,
} from '@tweedie/core';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { epsilon, posteriorMean, told, v, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, geometric, linearBeta } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  consistencyElbo,
  type Decoder,
  type DiffusionBatch,
  diffusionLoss,
  discreteElbo,
  elbo,
  fixedLarge,
  gaussianLogDensity,
  learnedLogVariance,
  learnedRange,
  learnedVarianceLoss,
  plannedSteps,
  type ReverseOptions,
  stratified,
  tanhDiscretizedGaussian,
  uniformTimes,
  variationalBound,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const spread = 0.6;
/** Of x0 given x_t, for data of deviation `spread`. */
const uncertainty = ({ alpha, sigma }: NoiseLevel) => (spread * sigma) ** 2 / ((alpha * spread) ** 2 + sigma ** 2);
/** The exact denoiser is a factor on `x_t`, which is what the network is told. */
const exact: Parameterization = told(x0(), ({ alpha, sigma }) => (alpha * spread ** 2) / ((alpha * spread) ** 2 + sigma ** 2));
const network: Network = { parameters: new Map(), apply: (x, gain) => tf.mul(x, tf.reshape(gain, [-1, 1])) };
const decoder = gaussianLogDensity;

/** Mean and its standard error over all samples, in nats per element. */
async function measured<Inputs>(objective: Objective<DiffusionBatch, Inputs>, count: number, dimensions = 4) {
  const inputs = await objective.prepare({ x: tf.mul(normal(key(4), [count, dimensions]), spread) }, key(5));
  const { perExample, loss } = objective.evaluate(inputs);
  const { mean, variance } = tf.moments(perExample ?? tf.zeros([count]));
  const [average = NaN, second = NaN, total = NaN] = [mean, variance, loss].map((each) => each.dataSync()[0]);
  expect(total).toBeCloseTo(average, 3);
  return { mean: average * Math.LN2, variance: second * Math.LN2 ** 2, error: Math.sqrt(second / count) * Math.LN2 };
}

/** The bound's expectation in nats per element with the posterior's variances. */
function closedForm(options: ReverseOptions): number {
  const steps = plannedSteps(options);
  const terms = steps.map(({ level, previous, small }) =>
    previous === undefined
      ? 0.5 * (Math.log(2 * Math.PI) + small + uncertainty(level) * Math.exp(-small))
      : 0.5 * (Math.exp(previous.logSnr) - Math.exp(level.logSnr)) * uncertainty(level),
  );
  const { alpha, sigma } = steps.at(-1)?.level ?? options.process.at(1);
  const prior = alpha ** 2 + sigma ** 2;
  const noisy = (alpha * spread) ** 2 + sigma ** 2;
  return terms.reduce((sum, term) => sum + term, 0.5 * (noisy / prior - 1 - Math.log(sigma ** 2 / prior)));
}

const processes = {
  'variance preserving': variancePreserving(linearBeta()),
  'variance exploding': varianceExploding(geometric({ sigmaMin: 0.02, sigmaMax: 20 })),
};

describe.each(Object.entries(processes))('on Gaussian data under the %s process', (_, process) => {
  it.each([1, 2, 12])('both forms of the bound have its closed form for expectation, with %d steps', async (steps) => {
    const options: ReverseOptions = { network, process, parameterization: exact, steps, decoder };
    const expected = closedForm(options);
    const [second, first] = [await measured(discreteElbo(options), 12_000), await measured(consistencyElbo(options), 12_000)];
    for (const { mean, error } of [second, first]) expect(Math.abs(mean - expected)).toBeLessThan(5 * error);
  });

  it('the first form has the larger variance in every step but that to data', async () => {
    const steps = 6;
    const ratios: number[] = [];
    for (let i = 0; i < steps; i++) {
      const times = { draw: (_: unknown, count: number) => ({ times: Array.from({ length: count }, () => (i + 0.5) / steps) }) };
      const options: ReverseOptions = { network, process, parameterization: exact, steps, decoder, times };
      const [second, first] = [await measured(discreteElbo(options), 8000), await measured(consistencyElbo(options), 8000)];
      ratios.push(first.variance / second.variance);
    }
    const [toData = NaN, ...others] = ratios;
    expect(toData).toBeGreaterThan(0.9);
    for (const ratio of others) expect(ratio).toBeGreaterThan(1.15);
  });
});

it('the bound of a variational model is that of its terms, and above the likelihood', async () => {
  const likelihood = 0.5 * Math.log(2 * Math.PI * Math.E * spread ** 2);
  const process = variancePreserving(clamped(cosine(), { min: -9, max: 9 }));
  const continuous = await measured(variationalBound({ network, process, parameterization: exact, decoder }), 12_000);
  expect(Math.abs(continuous.mean - likelihood)).toBeLessThan(5 * continuous.error + 1e-3); // the ends' own gap
  const steps = 8;
  const discrete = await measured(variationalBound({ network, process, parameterization: exact, decoder, steps }), 12_000);
  let excess = 0;
  for (let i = 1; i <= steps; i++) {
    const [level, before] = [process.at(i / steps), process.at((i - 1) / steps)];
    excess += 0.5 * Math.expm1(before.logSnr - level.logSnr) * (level.alpha / level.sigma) ** 2 * uncertainty(level);
  }
  const logSnrs = 18;
  for (let i = 0; i < 9000; i++) {
    const level = process.level(9 - (logSnrs * (i + 0.5)) / 9000);
    excess -= 0.5 * (level.alpha / level.sigma) ** 2 * uncertainty(level) * (logSnrs / 9000);
  }
  expect(excess).toBeGreaterThan(0.1);
  expect(Math.abs(discrete.mean - likelihood - excess)).toBeLessThan(5 * discrete.error + 1e-3);
});

/** A network with one parameter on each half of its output, `θ₀·tanh x` and `θ₁ + 0.1·x`. */
function halved(theta: tf.Variable): Network {
  return {
    parameters: new Map([['theta', theta]]),
    apply: (x) =>
      tf.tidy(() => {
        const [mean, variance] = tf.split(theta, 2) as [tf.Tensor, tf.Tensor];
        return tf.concat([tf.mul(mean, tf.tanh(x)), tf.add(variance, tf.mul(0.1, x))], -1);
      }),
  };
}

const process = variancePreserving(linearBeta());
const images = { x: tf.tensor([-1, 1, 0.2, -3 / 255, 51 / 255, -1], [3, 1, 1, 2]) };
const theta = (): tf.Variable => tf.variable(tf.tensor1d([0.7, -0.4]));
const every = {
  discreteElbo: (to: tf.Variable) => discreteElbo({ network: firstHalf(to), process, parameterization: v(), steps: 9 }),
  'discreteElbo, large': (to: tf.Variable) =>
    discreteElbo({ network: firstHalf(to), process, parameterization: epsilon(), steps: 9, variance: fixedLarge() }),
  'discreteElbo, learned': (to: tf.Variable) =>
    discreteElbo({ network: halved(to), process, parameterization: x0(), steps: 9, variance: learnedLogVariance() }),
  consistencyElbo: (to: tf.Variable) =>
    consistencyElbo({ network: halved(to), process, parameterization: v(), steps: 9, variance: learnedRange() }),
  learnedVarianceLoss: (to: tf.Variable) =>
    learnedVarianceLoss({
      network: halved(to),
      process,
      parameterization: epsilon(),
      steps: 9,
      decoder: tanhDiscretizedGaussian(),
    }),
  variationalBound: (to: tf.Variable) =>
    variationalBound({
      network: firstHalf(to),
      process: variancePreserving(clamped(linearBeta(), { max: 12 })),
      parameterization: v(),
    }),
};

function firstHalf(theta: tf.Variable): Network {
  const both = halved(theta);
  return { ...both, apply: (x, ...rest) => tf.tidy(() => tf.split(both.apply(x, ...rest), 2, -1)[0] as tf.Tensor) };
}

describe.each(Object.entries(every))('%s', (_, make) => {
  const prepared = async (from = key(0)) => make(theta()).prepare(images, from);

  it('has inputs of the batch alone, batch first, and leaves nothing behind', async () => {
    const objective = make(theta()) as Objective<DiffusionBatch, object>;
    const before = tf.memory().numTensors;
    const inputs = await objective.prepare(images, key(0));
    const tensors = tensorsIn(inputs);
    for (const tensor of tensors) expect(tensor.shape[0]).toBe(3);
    expect(tf.memory().numTensors).toBe(before + tensors.length);
    disposeAll(objective.evaluate(inputs), inputs);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('depends on the key alone, and not on the parameters until it is evaluated', async () => {
    const values = (inputs: object) => tensorsIn(inputs).map((tensor) => [...tensor.dataSync()]);
    const first = values(await prepared());
    expect(values(await prepared())).toEqual(first);
    expect(values(await prepared(foldIn(key(0), 1)))).not.toEqual(first);
  });

  it('cut into equal shards gives the loss of the whole as their mean', async () => {
    const objective = make(theta()) as Objective<DiffusionBatch, object>;
    const inputs = await objective.prepare(images, key(2));
    const loss = (part: object) => objective.evaluate(part).loss.dataSync()[0] ?? NaN;
    const parts = [0, 1, 2].map((i) => loss(sliceBatch(inputs, { begin: i, end: i + 1 })));
    const whole = loss(inputs);
    expect(parts.reduce((sum, part) => sum + part, 0) / 3 / whole).toBeCloseTo(1, 4);
  });

  it('has finite gradients, those of its loss', async () => {
    const variable = theta();
    const objective = make(variable) as Objective<DiffusionBatch, object>;
    const inputs = await objective.prepare(images, key(3));
    const { grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, [variable]);
    const gradient = [...(grads[variable.name]?.dataSync() ?? [])];
    const at = (i: number, by: number) => {
      variable.assign(tf.tensor1d([0.7, -0.4].map((value, j) => (i === j ? value + by : value))));
      return objective.evaluate(inputs).loss.dataSync()[0] ?? NaN;
    };
    gradient.forEach((value, i) => {
      // the hybrid loss hides a part of the mean's derivative on purpose
      if (i === 0 && make === every.learnedVarianceLoss) return;
      const h = 1e-2;
      const difference = (at(i, h) - at(i, -h)) / (2 * h);
      expect(Math.abs(value - difference)).toBeLessThan(2e-2 * Math.max(0.05, Math.abs(difference)));
    });
  });
});

it('a time sampler may weight the steps, and learns from them', async () => {
  const observed: unknown[] = [];
  const times = {
    draw: () => ({ times: [0.01, 0.5, 0.99], weights: [2, 0, 0] }),
    observe: (...args: readonly unknown[]) => observed.push(...args),
  };
  for (const objective of [
    discreteElbo({ network: firstHalf(theta()), process, parameterization: v(), steps: 9, times }),
    learnedVarianceLoss({ network: halved(theta()), process, parameterization: v(), steps: 9, times }),
  ]) {
    await objective.observe?.((await objective.prepare(images, key(0))) as never, [1, 2, 3], 'memory');
    expect(observed.splice(0)).toEqual([[0.01, 0.5, 0.99].map((t) => expect.closeTo(t, 6)), [1, 2, 3], 'memory']);
  }
  const short = { draw: () => ({ times: [0.5] }) };
  expect(() => discreteElbo({ network, process, parameterization: v(), steps: 9, times: short }).prepare(images, key(0))).toThrow(
    expect.objectContaining({ code: 'times-mismatch' }),
  );
  expect(discreteElbo({ network, process, parameterization: v(), times: uniformTimes() }).observe).toBeUndefined();
});

it('of a variational model a time sampler learns the diffusion term, which alone depends on the time', async () => {
  let seen: readonly number[] = [];
  const process = variancePreserving(clamped(cosine(), { min: -9, max: 9 }));
  const times = {
    ...stratified(),
    observe: (_: readonly number[], losses: readonly number[]) => {
      seen = losses;
      return {};
    },
  };
  const objective = variationalBound({ network, process, parameterization: exact, decoder, times });
  const batch = { x: normal(key(4), [16, 4]) };
  const inputs = await objective.prepare(batch, key(5));
  await objective.observe?.(inputs, Array.from(objective.evaluate(inputs).perExample?.dataSync() ?? []));
  const diffusion = diffusionLoss({ network, process, parameterization: exact, weighting: elbo() });
  const losses = diffusion.evaluate(await diffusion.prepare(batch, key(5))).perExample?.dataSync() ?? [];
  expect(seen).toEqual(Array.from(losses, (loss) => expect.closeTo(loss, 3)));
});

it('of a variational model whose decoder fails nothing is left', async () => {
  const options = { network, process: variancePreserving(clamped(cosine(), { min: -9, max: 9 })), parameterization: exact };
  const failing: Decoder = () => {
    throw new RangeError('no decoder');
  };
  const x = normal(key(4), [16, 4]);
  const before = tf.memory().numTensors;
  await expect(variationalBound({ ...options, decoder: failing }).prepare({ x }, key(5))).rejects.toThrow('no decoder');
  expect(tf.memory().numTensors).toBe(before);
});

it('the step to data can be any of a grid, and the clean level is not one of them', () => {
  const grid = () => [process.at(1), process.at(0.3), process.level(Infinity)];
  const steps = plannedSteps({ network, process, parameterization: v(), steps: 2, grid });
  expect(steps.map(({ level }) => level.t)).toEqual([0.3, 1]);
});

it('a prediction of the posterior mean is the mean of the step', async () => {
  const step = (level: NoiseLevel) => (level.t > 0.2 ? process.at(level.t - 1 / 9) : process.level(Infinity));
  const parameterization = posteriorMean((level) => posterior(level, step(level)));
  for (const { mean } of plannedSteps({ network, process, parameterization, steps: 9 })) {
    expect(mean.skip).toBeCloseTo(0, 9);
    expect(mean.out).toBeCloseTo(1, 9);
  }
});

it('refuses by name', () => {
  const options = { network, parameterization: v(), process };
  for (const [code, make] of [
    ['schedule-infinite', () => variationalBound(options)],
    [
      'steps-not-positive',
      () => variationalBound({ ...options, process: variancePreserving(clamped(cosine(), { min: -9, max: 9 })), steps: 2.5 }),
    ],
    ['bound-negative', () => learnedVarianceLoss({ ...options, bound: -1 })],
    ['variance-not-learned', () => learnedVarianceLoss({ ...options, variance: fixedLarge() })],
    ['steps-not-positive', () => discreteElbo({ ...options, steps: 0.5, times: stratified() })],
  ] as const)
    expect(make).toThrow(expect.objectContaining({ code }));
});
