/**
 * Every guidance, sampler and parameterisation together: whatever the combination, the samples are finite and the same again, or the
 * combination is refused by an error that says why; and a guidance that is off changes no bit.
 */
import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { SAMPLERS } from '@tweedie/backend-suite/samplers';
import {
  type Denoiser,
  type ForwardProcess,
  type Guidance,
  key,
  type Parameterization,
  type Sampler,
  sample,
} from '@tweedie/core';
import { linearInterpolant, variancePreserving } from '@tweedie/forward-process';
import { edm, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, rectifiedFlow } from '@tweedie/schedules';
import { combinePlain, mixtureDenoiser, onTensors, threeGaussians } from '@tweedie/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  adaptiveProjected,
  autoguidance,
  cfgPlusPlus,
  classifierFree,
  dynamicallyThresholded,
  interval,
  matchedDeviation,
  thresholded,
} from './index.js';

beforeAll(() => setBackend('cpu'));

const finite = expect.toSatisfy(Number.isFinite);

/** With the condition 1 the first component of the mixture, with 0 all; by way of a network that predicts perfectly. */
const through = (parameterization: Parameterization): Denoiser<Tensor> => {
  const { means, covariances } = threeGaussians;
  const [some, all] = [{ weights: [1], means: means.slice(0, 1), covariances: covariances.slice(0, 1) }, threeGaussians].map(
    mixtureDenoiser,
  );
  return (x, level, y) =>
    onTensors((rows) => {
      const { skip, out, target } = parameterization(level);
      const labels = y.dataSync();
      const [given, free] = [some, all].map((exact) => exact?.(rows, level, undefined) ?? rows);
      const data = rows.map((_, i) => (labels[i >> 1] === 1 ? given : free)?.[i] ?? Number.NaN);
      const noise = combinePlain([1 / level.sigma, rows], [-level.alpha / level.sigma, data]);
      return combinePlain([skip, rows], [out, combinePlain([target[0], data], [target[1], noise])]);
    })(x, level, undefined);
};

/** How each guidance is made, for a condition of shape [batch, 1]; 0 stands for none. `off` is made to change nothing. */
const guidances: Readonly<Record<string, { readonly on: () => Guidance<Tensor>; readonly off?: () => Guidance<Tensor> }>> = {
  adaptiveProjected: {
    on: () => adaptiveProjected({ scale: 4, without: none(), threshold: 1 }),
    off: () => adaptiveProjected({ scale: 1, without: none() }),
  },
  autoguidance: {
    on: () => autoguidance({ scale: 2, weak: through(x0()) }),
    off: () => autoguidance({ scale: 1, weak: through(x0()) }),
  },
  cfgPlusPlus: { on: () => classifierFree({ scale: cfgPlusPlus(), without: none() }) },
  classifierFree: {
    on: () => classifierFree({ scale: tensor1d([3, 7]), without: none() }),
    off: () => classifierFree({ scale: () => 1, without: none() }),
  },
  dynamicallyThresholded: { on: () => dynamicallyThresholded({ ratio: 0.5 }) },
  interval: {
    on: () => interval(classifierFree({ scale: 5, without: none() }), { sigmaMin: 0.2, sigmaMax: 5 }),
    off: () => interval(classifierFree({ scale: 5, without: none() }), { sigmaMin: 100 }),
  },
  matchedDeviation: {
    on: () => classifierFree({ scale: 5, without: none(), correction: matchedDeviation({ prediction: v() }) }),
    off: () => classifierFree({ scale: 1, without: none(), correction: matchedDeviation({ prediction: v() }) }),
  },
  thresholded: { on: () => thresholded(), off: () => thresholded({ low: -Infinity, high: Infinity }) },
};
const none = () => tensor([[0]]);

const parameterizations = { edm: edm(), epsilon: epsilon(), score: score(), v: v(), velocity: velocity(), x0: x0() };
const clampedEnds = variancePreserving(clamped(cosine(), { min: -6, max: 6 }));
const wholeEnds = linearInterpolant(rectifiedFlow());

/** The samples, or the code of the error. */
async function outcome(
  denoiser: Denoiser<Tensor>,
  sampler: Sampler,
  process: ForwardProcess,
): Promise<readonly number[] | string> {
  const condition = tensor([[1], [1]]);
  const before = memory().numTensors;
  try {
    const grid = [1, 0.8, 0.6, 0.4, 0.2, 0];
    const x = await sample({ denoiser, process, sampler, grid, key: key(4), start: [2, 2], condition });
    const values = [...x.dataSync()];
    x.dispose();
    return values;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === undefined) throw error;
    return code;
  } finally {
    expect(memory().numTensors).toBe(before);
    condition.dispose();
  }
}

describe.each(Object.entries(guidances))('%s', (_, { on, off }) => {
  test('is finite with every sampler and parameterisation', async () => {
    const guidance = on();
    for (const [sampler, make] of Object.entries(SAMPLERS))
      for (const [name, parameterization] of Object.entries(parameterizations)) {
        const result = await outcome(guidance(through(parameterization)), make(), clampedEnds);
        expect(result, `${sampler}, ${name}`).toEqual([finite, finite, finite, finite]);
      }
  });

  test('is finite from pure noise to clean data, too, or says why not', async () => {
    const guidance = on();
    for (const [name, make] of Object.entries(SAMPLERS)) {
      const rate = name === 'eulerMaruyama' ? 'rate-infinite' : undefined;
      const known = await outcome(guidance(through(v())), make(), wholeEnds);
      expect(known, name).toEqual(rate ?? [finite, finite, finite, finite]);
      const unknown = await outcome(guidance(through(epsilon())), make(), wholeEnds);
      expect(unknown, name).toBe(rate ?? 'coefficient-not-finite');
    }
  });

  test('gives the same again and, switched off, what there is without it', async () => {
    const denoiser = through(v());
    const guided = on()(denoiser);
    for (const [name, make] of Object.entries(SAMPLERS)) {
      expect(await outcome(guided, make(), clampedEnds), name).toEqual(await outcome(guided, make(), clampedEnds));
      if (off !== undefined)
        expect(await outcome(off()(denoiser), make(), clampedEnds), name).toEqual(await outcome(denoiser, make(), clampedEnds));
    }
  });
});
