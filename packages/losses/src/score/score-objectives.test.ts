import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { key, type Network, normal, type Objective, registerGradients, sliceBatch, tensorsIn } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type DiffusionBatch,
  denoisingScoreMatching,
  explicitScoreMatching,
  finiteDifferences,
  fixedTime,
  implicitScoreMatching,
  rademacher,
  slicedScoreMatching,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const weight = tf.variable(tf.tensor2d([[0.5, -0.7, 0.2, 1.1]])) as tf.Variable<tf.Rank.R2>;
const parameters = new Map<string, tf.Variable>([['weight', weight]]);

/** `tanh(x·weight + condition)`, on samples of shape [2, 2]. */
const network: Network<tf.Tensor> = {
  parameters,
  apply: (x, _, condition) =>
    tf.tidy(() => tf.tanh(tf.add(tf.mul(x, tf.reshape(weight, [1, 2, 2])), tf.reshape(condition, [-1, 1, 1])))),
};
const diffused = { process: variancePreserving(clamped(cosine(), { min: -8, max: 8 })), parameterization: v() };
const score = (x: readonly number[]) => x.map((value) => -value);
const batch = (count: number) => ({ x: normal(key(1), [count, 2, 2]), condition: normal(key(2), [count]) });

/** Holds the gradient by `weight` against central differences, from two steps so that errors of order h² cancel. */
function alike(loss: () => tf.Scalar): void {
  const { grads } = tf.variableGrads(loss, [weight]);
  const before = tf.clone(weight);
  const at = (i: number, h: number): number => {
    weight.assign(tf.add(before, tf.tensor2d([Array.from({ length: 4 }, (_, j) => (i === j ? h : 0))])));
    return loss().dataSync()[0] ?? Number.NaN;
  };
  for (const [i, slope] of [...(grads[weight.name]?.dataSync() ?? [Number.NaN])].entries()) {
    const difference = (h: number): number => (at(i, h) - at(i, -h)) / (2 * h);
    expect(slope).toBeCloseTo((4 * difference(0.05) - difference(0.1)) / 3, 3);
  }
  weight.assign(before);
}

function conforms<Inputs>(name: string, objective: Objective<DiffusionBatch<tf.Tensor>, Inputs>): void {
  describe(name, () => {
    it('prepares tensors of the batch, batch first, and leaves nothing else', async () => {
      const data = batch(6);
      const count = tf.memory().numTensors;
      const before = [...weight.dataSync()];
      const inputs = await objective.prepare(data, key(3));
      const tensors = tensorsIn(inputs);
      for (const tensor of tensors) expect(tensor.shape[0]).toBe(6);
      expect(tf.memory().numTensors).toBe(count + tensors.length);
      expect([...weight.dataSync()]).toEqual(before);
      const evaluation = objective.evaluate(inputs);
      expect(evaluation.perExample?.shape).toEqual([6]);
      expect(tf.memory().numTensors).toBe(count + tensors.length + 2);
      const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs).loss);
      expect(tf.memory().numTensors).toBe(count + tensors.length + 4);
      tf.dispose([evaluation.loss, evaluation.perExample ?? [], value, grads, [...tensors]]);
      expect(tf.memory().numTensors).toBe(count);
      expect(data.x.isDisposed || data.condition.isDisposed).toBe(false);
    });

    it('cut into equal shards gives the loss of the whole as their mean', async () => {
      const inputs = await objective.prepare(batch(6), key(4));
      const loss = (begin: number, end: number) =>
        objective.evaluate(sliceBatch(inputs, { begin, end })).loss.dataSync()[0] ?? Number.NaN;
      expect((loss(0, 3) + loss(3, 6)) / 2).toBeCloseTo(loss(0, 6), 5);
    });

    it('has the gradient that differences of its loss have', async () => {
      const inputs = await objective.prepare(batch(6), key(5));
      alike(() => objective.evaluate(inputs).loss);
    });
  });
}

conforms('explicit', explicitScoreMatching({ network, score }));
conforms('explicit, diffused', explicitScoreMatching({ network, diffused, score }));
conforms('implicit', implicitScoreMatching({ network }));
conforms('implicit, diffused', implicitScoreMatching({ network, diffused }));
conforms('sliced', slicedScoreMatching({ network, count: 2 }));
conforms('sliced, diffused', slicedScoreMatching({ network, diffused, varianceReduced: false }));
conforms('sliced, by differences', slicedScoreMatching({ network, diffused, curvature: finiteDifferences() }));

describe('a network that tfjs cannot differentiate twice', () => {
  const wrong: Network = { parameters, apply: (x) => tf.mul(tf.logSoftmax(tf.mul(x, weight)), x) };
  const opaque: Network = {
    parameters,
    apply: (x) =>
      tf.customGrad((at, save) => {
        const y = tf.tanh(at as tf.Tensor);
        (save as tf.GradSaveFunc)([y]);
        return { value: y, gradFunc: (dy, [saved]) => tf.mul(dy, tf.sub(1, tf.square(saved ?? y))) };
      })(tf.mul(x, weight)),
  };
  const x = normal(key(7), [8, 4]);

  it.each(Object.entries({ wrong, opaque }))('is refused, and the parameters stay (%s)', async (_, network) => {
    const before = [...weight.dataSync()];
    const count = tf.memory().numTensors;
    for (const objective of [implicitScoreMatching({ network }), slicedScoreMatching({ network })])
      for (const again of [0, 1])
        await expect(objective.prepare({ x }, key(again))).rejects.toThrow(
          expect.objectContaining({ code: 'second-order-wrong', message: expect.stringContaining('finiteDifferences') }),
        );
    expect(tf.memory().numTensors).toBe(count);
    expect([...weight.dataSync()]).toEqual(before);
  });

  it.each(Object.entries({ wrong, opaque }))('trains by differences (%s)', async (_, network) => {
    const objective = implicitScoreMatching({ network, curvature: finiteDifferences() });
    const inputs = await objective.prepare({ x }, key(0));
    alike(() => objective.evaluate(inputs).loss);
  });
});

it('a network whose derivative does not depend on its parameters is accepted', async () => {
  const shift: Network = { parameters, apply: (x) => tf.sub(weight, tf.mul(x, 1.7)) };
  await expect(implicitScoreMatching({ network: shift }).prepare({ x: normal(key(1), [8, 4]) }, key(0))).resolves.toBeDefined();
});

it('sliced directions, times and noise of a sample do not depend on the batch', async () => {
  const objective = slicedScoreMatching({ network, diffused: { ...diffused, times: fixedTime(0.3) } });
  const [few, many] = [await objective.prepare(batch(3), key(8)), await objective.prepare(batch(7), key(8))];
  for (const name of ['x', 'directions', 'noise', 'weight', 'skip', 'out', 'slope'] as const)
    expect(few[name].dataSync()).toEqual(tf.slice(many[name], [0], [3]).dataSync());
});

it('noise is that of the denoising objective under the same key, so losses can be compared sample by sample', async () => {
  const [denoising, implicit] = [denoisingScoreMatching({ network, ...diffused }), implicitScoreMatching({ network, diffused })];
  const [a, b] = [await denoising.prepare(batch(5), key(9)), await implicit.prepare(batch(5), key(9))];
  expect(b.x.dataSync()).toEqual(a.x.dataSync());
  expect(b.times?.dataSync()).toEqual(a.times.dataSync());
});

it('frees what it has drawn where directions fail', async () => {
  const directions = (): never => {
    throw new RangeError('no direction');
  };
  const here = batch(4);
  const before = tf.memory().numTensors;
  await expect(slicedScoreMatching({ network, diffused, directions }).prepare(here, key(0))).rejects.toThrow('no direction');
  expect(tf.memory().numTensors).toBe(before);
});

it('teaches the time sampler', async () => {
  const observed: unknown[] = [];
  const times = { ...fixedTime(0.25), observe: (...all: unknown[]) => observed.push(...all) };
  const objective = implicitScoreMatching({ network, diffused: { ...diffused, times } });
  await objective.observe?.(await objective.prepare(batch(2), key(0)), [1, 2], 'memory');
  expect(observed).toEqual([[0.25, 0.25], [1, 2], 'memory']);
  expect(implicitScoreMatching({ network, diffused }).observe).toBeUndefined();
});

describe('rademacher', () => {
  it('draws signs, element by element', () => {
    const draws = [...rademacher(key(0), [100]).dataSync()];
    expect(new Set(draws)).toEqual(new Set([-1, 1]));
    expect([...rademacher(key(0), [5, 2]).dataSync()]).toEqual(draws.slice(0, 10));
  });

  it('estimates the trace with less variance than normal directions do', async () => {
    const inputs = { x: normal(key(1), [4000, 2, 2]), condition: tf.zeros([4000]) };
    const spread = async (directions: typeof rademacher, varianceReduced: boolean): Promise<number> => {
      const objective = slicedScoreMatching({ network, directions, varianceReduced });
      const implicit = implicitScoreMatching({ network });
      const exact = implicit.evaluate(await implicit.prepare(inputs, key(2))).perExample ?? tf.scalar(0);
      const { perExample } = objective.evaluate(await objective.prepare(inputs, key(2)));
      return tf.mean(tf.square(tf.sub(perExample ?? Number.NaN, exact))).dataSync()[0] ?? Number.NaN;
    };
    // The Jacobian of this network is diagonal: signs give its trace exactly.
    expect(await spread(rademacher, true)).toBeLessThan(1e-12);
    expect(await spread(normal, true)).toBeGreaterThan(0.01);
    expect(await spread(normal, false)).toBeGreaterThan(1.2 * (await spread(normal, true)));
  });
});

it('refuses what makes no sense', () => {
  expect(() => fixedTime(1.5)).toThrow(expect.objectContaining({ code: 'time-out-of-range' }));
  expect(() => fixedTime(Number.NaN)).toThrow(expect.objectContaining({ code: 'time-out-of-range' }));
  expect(() => slicedScoreMatching({ network, count: 0 })).toThrow(expect.objectContaining({ code: 'count-not-positive' }));
  expect(() => finiteDifferences({ step: 0 })).toThrow(expect.objectContaining({ code: 'step-not-positive' }));
});
