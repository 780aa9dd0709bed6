import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import {
  foldIn,
  type Key,
  key,
  type Network,
  normal,
  type Parameterization,
  registerGradients,
  type Weighting,
} from '@tweedie/core';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { edm, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, geometric, linearBeta } from '@tweedie/schedules';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { weightings } from '../test/tables.js';
import {
  type DiffusionBatch,
  type DiffusionInputs,
  diffusionLoss,
  elbo,
  minSnr,
  sigmoid,
  simple,
  stratified,
  uniformTimes,
} from './index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const process = variancePreserving(clamped(cosine(), { min: -9, max: 9 }));

/**
 * A network whose denoiser is `θ₀·tanh(x_t) + θ₁·noise`, whatever it is asked to predict: the parameterisation is undone inside.
 */
function sameDenoiser(parameterization: Parameterization, theta: tf.Variable): Network {
  return {
    parameters: new Map([['theta', theta]]),
    apply(x, noise) {
      // under a variance preserving process the noise number is the angle of (alpha, sigma)
      const levels = [...noise.dataSync()].map((n) => process.level(-2 * Math.log(Math.tan((Math.PI * n) / 2))));
      const column = (values: number[]): tf.Tensor => tf.tensor2d(values, [values.length, 1]);
      const scalings = levels.map(parameterization);
      const original = tf.div(x, column(scalings.map((s) => s.in)));
      const [a, b] = tf.split(theta, 2) as [tf.Tensor, tf.Tensor];
      const denoised = tf.add(tf.mul(a, tf.tanh(original)), tf.mul(b, tf.reshape(noise, [-1, 1])));
      return tf.div(tf.sub(denoised, tf.mul(column(scalings.map((s) => s.skip)), original)), column(scalings.map((s) => s.out)));
    },
  };
}

/** Loss and gradient by θ. */
async function evaluated(parameterization: Parameterization, weighting: Weighting): Promise<number[]> {
  const theta = tf.variable(tf.tensor1d([0.7, -0.4]));
  const objective = diffusionLoss({ network: sameDenoiser(parameterization, theta), process, parameterization, weighting });
  const inputs = await objective.prepare({ x: normal(key(1), [64, 3]) }, key(2));
  const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, [theta]);
  return [...value.dataSync(), ...(grads[theta.name]?.dataSync() ?? [])];
}

describe.each(Object.entries(weightings))('with the weighting %s', (_, weighting) => {
  it.each(Object.entries({ x0, v, velocity, score, edm }))('%s has the loss and gradient of ε', async (_, make) => {
    const [actual, expected] = [await evaluated(make(), weighting), await evaluated(epsilon(), weighting)];
    expect(actual).toHaveLength(3);
    actual.forEach((value, i) => {
      expect(value / (expected[i] ?? Number.NaN)).toBeCloseTo(1, 3);
    });
  });
});

describe('on Gaussian data', () => {
  // x0 of variance s², and the estimate ε̂ = c·x_t: E(ε̂ − ε)² = (c·σ − 1)² + c²·α²·s² at every level
  const [s, c] = [0.6, 0.8];
  const [min, max] = [-6, 6];
  const error = (logSnr: number): number => {
    const variance = 1 / (1 + Math.exp(logSnr));
    return (c * Math.sqrt(variance) - 1) ** 2 + c * c * (1 - variance) * s * s;
  };
  const network: Network = { parameters: new Map(), apply: (x) => tf.mul(x, c) };
  const schedules = { cosine: cosine(), linearBeta: linearBeta(), geometric: geometric({ sigmaMin: 1e-3, sigmaMax: 1e3 }) };

  /** ½∫ w(λ)·error dλ, by the midpoint rule. */
  const integral = (weight: (logSnr: number) => number): number => {
    const steps = 20_000;
    const width = (max - min) / steps;
    const middles = Array.from({ length: steps }, (_, i) => min + (i + 0.5) * width);
    return middles.reduce((sum, logSnr) => sum + 0.5 * weight(logSnr) * error(logSnr) * width, 0);
  };

  it.each(
    Object.entries(schedules).flatMap(([name, schedule]) => [
      { name, schedule, weighting: elbo(), kind: 'elbo', weight: () => 1 },
      { name, schedule, weighting: sigmoid(), kind: 'sigmoid', weight: (logSnr: number) => 1 / (1 + Math.exp(logSnr - 2)) },
    ]),
  )('the loss under $kind depends on the ends of $name alone', async ({ schedule, weighting, weight }) => {
    const cut = variancePreserving(clamped(schedule, { min, max }));
    const objective = diffusionLoss({ network, process: cut, parameterization: epsilon(), weighting });
    const count = 20_000;
    const inputs = await objective.prepare({ x: tf.mul(normal(key(4), [count, 4]), s) }, key(5));
    const { loss, perExample } = objective.evaluate(inputs);
    const expected = integral(weight);
    const spread = tf.moments(perExample ?? tf.zeros([count])).variance.dataSync()[0] ?? Number.NaN;
    // stratified times make the true deviation smaller than this bound
    expect(Math.abs((loss.dataSync()[0] ?? Number.NaN) - expected)).toBeLessThan(5 * Math.sqrt(spread / count));
    expect(Math.sqrt(spread / count) / expected).toBeLessThan(0.03);
  });

  it('has another variance under another schedule', async () => {
    const spread = async (schedule: keyof typeof schedules): Promise<number> => {
      const cut = variancePreserving(clamped(schedules[schedule], { min, max }));
      const objective = diffusionLoss({ network, process: cut, parameterization: epsilon(), weighting: elbo() });
      const { perExample } = objective.evaluate(await objective.prepare({ x: tf.mul(normal(key(4), [20_000, 4]), s) }, key(5)));
      return tf.moments(perExample ?? tf.zeros([1])).variance.dataSync()[0] ?? Number.NaN;
    };
    expect((await spread('cosine')) / (await spread('geometric'))).toBeGreaterThan(1.3);
  });

  it('is smallest, under every weighting, for the true posterior mean', async () => {
    // ε̂ = σ·x_t/(α²s² + σ²) is E[ε | x_t]; its derivative by a factor on it is zero
    const factor = tf.variable(tf.scalar(1));
    const exact: Network = {
      parameters: new Map([['factor', factor]]),
      apply(x, noise) {
        const gain = [...noise.dataSync()].map((n) => {
          const [sine, cosine] = [Math.sin((Math.PI * n) / 2), Math.cos((Math.PI * n) / 2)];
          return sine / (cosine * cosine * s * s + sine * sine);
        });
        return tf.mul(tf.mul(x, tf.tensor2d(gain, [gain.length, 1])), factor);
      },
    };
    const cut = variancePreserving(clamped(cosine(), { min, max }));
    for (const weighting of [simple(), elbo(), sigmoid(), minSnr()]) {
      const objective = diffusionLoss({ network: exact, process: cut, parameterization: epsilon(), weighting });
      const inputs = await objective.prepare({ x: tf.mul(normal(key(6), [10_000, 2]), s) }, key(7));
      const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, [factor]);
      const slope = grads[factor.name]?.dataSync()[0] ?? Number.NaN;
      expect(Math.abs(slope)).toBeLessThan(0.05 * (value.dataSync()[0] ?? 0));
    }
  });
});

describe('prepare', () => {
  const network: Network<tf.Tensor> = { parameters: new Map(), apply: (x) => tf.mul(x, 0.5) };
  const objective = diffusionLoss({ network, process, parameterization: v(), times: uniformTimes() });
  const batch = (count: number) => ({
    x: normal(key(8), [count, 2, 3, 1]),
    condition: tf.tensor1d(
      Array.from({ length: count }, (_, i) => i),
      'int32',
    ),
  });
  const prepared = (count: number, from: Key) => objective.prepare(batch(count), from) as DiffusionInputs<tf.Tensor>;
  const named = ({ x, noise, target, weight, times, condition }: DiffusionInputs<tf.Tensor>) => ({
    x,
    noise,
    target,
    weight,
    times,
    condition,
  });

  it('gives tensors of the batch alone, batch first, that the caller owns', () => {
    const data = batch(5);
    const before = tf.memory().numTensors;
    const inputs = objective.prepare(data, key(0)) as DiffusionInputs<tf.Tensor>;
    const tensors = Object.values(named(inputs));
    for (const tensor of tensors) expect(tensor.shape[0]).toBe(5);
    expect(tf.memory().numTensors).toBe(before + tensors.length);
    const evaluation = objective.evaluate(inputs);
    expect(tf.memory().numTensors).toBe(before + tensors.length + 2);
    tf.dispose([evaluation.loss, evaluation.perExample ?? [], tensors]);
    expect(tf.memory().numTensors).toBe(before);
    expect(data.x.isDisposed || data.condition.isDisposed).toBe(false);
  });

  it('draws for each sample from the key and its place, whatever the batch', () => {
    const [few, many] = [named(prepared(3, key(1))), named(prepared(7, key(1)))];
    for (const name of ['x', 'target', 'weight', 'times', 'noise', 'condition'] as const)
      expect(few[name].dataSync()).toEqual(tf.slice(many[name], [0], [3]).dataSync());
    expect(few.x.dataSync()).not.toEqual(named(prepared(3, foldIn(key(1), 0))).x.dataSync());
  });

  it('cut into equal shards gives the loss of the whole as their mean', () => {
    const whole = prepared(6, key(2));
    const shard = (first: number): DiffusionInputs<tf.Tensor> => {
      const cut = <T extends tf.Tensor>(tensor: T): T => tf.slice(tensor, [first], [3]);
      return {
        x: cut(whole.x),
        noise: cut(whole.noise),
        target: cut(whole.target),
        weight: cut(whole.weight),
        times: cut(whole.times),
        condition: cut(whole.condition),
      };
    };
    const loss = (inputs: DiffusionInputs<tf.Tensor>) => objective.evaluate(inputs).loss.dataSync()[0] ?? Number.NaN;
    expect((loss(shard(0)) + loss(shard(3))) / 2).toBeCloseTo(loss(whole), 6);
  });

  it('carries conditions of any structure', () => {
    type Condition = { readonly parts: readonly [tf.Tensor, tf.Tensor]; readonly name: string };
    const nested = diffusionLoss<Condition>({
      network: { parameters: new Map(), apply: (x) => x },
      process,
      parameterization: v(),
    });
    const parts = [tf.ones([2, 1]), tf.zeros([2])] as const;
    const { condition } = nested.prepare(
      { x: tf.ones([2, 2]), condition: { parts, name: 'a' } },
      key(0),
    ) as DiffusionInputs<Condition>;
    expect(condition.name).toBe('a');
    expect(condition.parts[0]).not.toBe(parts[0]);
    expect(condition.parts.map((part) => [...part.dataSync()])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});

it('weights and teaches the time sampler', async () => {
  const observed: unknown[] = [];
  const objective = diffusionLoss({
    network: { parameters: new Map(), apply: (x) => tf.zerosLike(x) },
    process: varianceExploding(geometric()),
    parameterization: epsilon(),
    times: {
      draw: (_, count, memory) => ({ times: Array.from({ length: count }, () => 0.5), weights: [Number(memory), 0, 0, 0] }),
      observe: (times, losses, memory) => observed.push(times, losses, memory),
    },
  });
  const inputs = await objective.prepare({ x: tf.zeros([4, 2]) }, key(0), 8);
  const { loss, perExample } = objective.evaluate(inputs);
  expect(loss.dataSync()[0]).toBeCloseTo(2 * (perExample?.dataSync()[0] ?? Number.NaN), 5);
  await objective.observe?.(inputs, [1, 2, 3, 4], 'memory');
  expect(observed).toEqual([[0.5, 0.5, 0.5, 0.5], [1, 2, 3, 4], 'memory']);
  expect(
    diffusionLoss({ network: { parameters: new Map(), apply: (x) => x }, process, parameterization: v(), times: stratified() })
      .observe,
  ).toBeUndefined();
});

it('asks for a condition where the network wants one', () => {
  expectTypeOf<DiffusionBatch>().toExtend<{ readonly condition?: undefined }>();
  expectTypeOf<{ x: tf.Tensor }>().toExtend<DiffusionBatch>();
  expectTypeOf<{ x: tf.Tensor }>().not.toExtend<DiffusionBatch<tf.Tensor>>();
});

it('refuses a time sampler that gives too few times', () => {
  const network: Network = { parameters: new Map(), apply: (x) => x };
  const objective = diffusionLoss({ network, process, parameterization: v(), times: { draw: () => ({ times: [0.5] }) } });
  expect(() => objective.prepare({ x: tf.ones([2, 1]) }, key(0))).toThrow(expect.objectContaining({ code: 'times-mismatch' }));
});
