/**
 * Every guidance, sampler and parameterisation together: whatever the combination, the samples are finite and the same again, or the
 * combination is refused by an error that says why; and a guidance that is off changes no bit.
 */
import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  memory,
  mul,
  setBackend,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { SAMPLERS } from '@tweedie/backend-suite/samplers';
import {
  combine,
  type Denoiser,
  type ForwardProcess,
  type Guidance,
  key,
  type Parameterization,
  type Sampler,
  sample,
} from '@tweedie/core';
import { mixtureDenoiser as differentiable, eightGaussians } from '@tweedie/data';
import { linearInterpolant, variancePreserving } from '@tweedie/forward-process';
import { edm, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, rectifiedFlow } from '@tweedie/schedules';
import { combinePlain, mixtureDenoiser, onTensors, threeGaussians } from '@tweedie/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  adaptiveProjected,
  autoguidance,
  cfgPlusPlus,
  classifier,
  classifierFree,
  consistent,
  dynamicallyThresholded,
  interval,
  masked,
  matchedDeviation,
  posteriorSampling,
  pseudoinverseGuided,
  thresholded,
} from './index.js';

beforeAll(() => setBackend('cpu'));

const finite = expect.toSatisfy(Number.isFinite);

/** With the condition 1 the first component of the mixture, with 0 all; by way of a network that predicts perfectly. */
const onNumbers = (parameterization: Parameterization): Denoiser<Tensor> => {
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

/** The same of other data, by tensors alone, so that there is a gradient. */
const differentiably = (parameterization: Parameterization): Denoiser<Tensor> => {
  const exact = differentiable(eightGaussians());
  return (x, level, y) =>
    tidy(() => {
      const { skip, out, target } = parameterization(level);
      const data = add(exact(x, level, undefined), mul(0.1, y));
      const noise = combine([1 / level.sigma, x], [-level.alpha / level.sigma, data]);
      return combine([skip, x], [out, combine([target[0], data], [target[1], noise])]);
    });
};

interface Tried {
  readonly on: () => Guidance<Tensor>;
  /** Made to change nothing. */
  readonly off?: () => Guidance<Tensor>;
  /** Of the guidances that take a gradient, which pure noise has none to give: how they refuse it. */
  readonly undefined?: string;
  readonly through?: (parameterization: Parameterization) => Denoiser<Tensor>;
}

const measured = () => ({ operator: masked(tensor([[1, 0]])), measurement: tensor([[0.5, 0]]) });
const logProbability = (x: Tensor, _: unknown, y: Tensor) => sum<Tensor1D>(mul(sub(mul(2, y), 1), x), 1);

/** How each guidance is made, for a condition of shape [batch, 1]; 0 stands for none. */
const guidances: Readonly<Record<string, Tried>> = {
  adaptiveProjected: {
    on: () => adaptiveProjected({ scale: 4, without: none(), threshold: 1 }),
    off: () => adaptiveProjected({ scale: 1, without: none() }),
  },
  autoguidance: {
    on: () => autoguidance({ scale: 2, weak: onNumbers(x0()) }),
    off: () => autoguidance({ scale: 1, weak: onNumbers(x0()) }),
  },
  classifier: {
    on: () => classifier({ scale: 3, logProbability }),
    off: () => classifier({ scale: 0, logProbability }),
    undefined: 'classifier-undefined',
  },
  cfgPlusPlus: { on: () => classifierFree({ scale: cfgPlusPlus(), without: none() }) },
  classifierFree: {
    on: () => classifierFree({ scale: tensor1d([3, 7]), without: none() }),
    off: () => classifierFree({ scale: () => 1, without: none() }),
  },
  consistent: { on: () => consistent(measured()), off: () => consistent({ ...measured(), scale: 0 }) },
  dynamicallyThresholded: { on: () => dynamicallyThresholded({ ratio: 0.5 }) },
  interval: {
    on: () => interval(classifierFree({ scale: 5, without: none() }), { sigmaMin: 0.2, sigmaMax: 5 }),
    off: () => interval(classifierFree({ scale: 5, without: none() }), { sigmaMin: 100 }),
  },
  matchedDeviation: {
    on: () => classifierFree({ scale: 5, without: none(), correction: matchedDeviation({ prediction: v() }) }),
    off: () => classifierFree({ scale: 1, without: none(), correction: matchedDeviation({ prediction: v() }) }),
  },
  posteriorSampling: {
    on: () => posteriorSampling({ ...measured(), scale: 0.2 }),
    off: () => posteriorSampling({ ...measured(), scale: 0 }),
    through: differentiably,
    undefined: 'guidance-undefined',
  },
  pseudoinverseGuided: {
    on: () => pseudoinverseGuided({ ...measured(), noise: 0.1 }),
    off: () => pseudoinverseGuided({ ...measured(), scale: 0 }),
    through: differentiably,
    undefined: 'guidance-undefined',
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

describe.each(Object.entries(guidances))('%s', (_, { on, off, undefined: refused, through = onNumbers }) => {
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
      expect(known, name).toEqual(rate ?? refused ?? [finite, finite, finite, finite]);
      const unknown = await outcome(guidance(through(epsilon())), make(), wholeEnds);
      expect([rate ?? 'coefficient-not-finite', refused]).toContain(unknown);
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
