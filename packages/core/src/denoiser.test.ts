/** Networks at the ends of the noise: zero terminal SNR with every parameterisation, and clean data. */
import '@tensorflow/tfjs-backend-cpu';
import { add, memory, mul, setBackend, sub, type Tensor, tensor2d, tidy, variable, variableGrads } from '@tensorflow/tfjs-core';
import {
  linearInterpolant,
  posterior,
  subVariancePreserving,
  varianceExploding,
  variancePreserving,
} from '@tweedie/forward-process';
import { diffusionLoss, fixedTime } from '@tweedie/losses';
import { edm, epsilon, posteriorMean, score, told, trainedUnder, v, velocity, x0 } from '@tweedie/parameterizations';
import { ddim, ddpm, dpmpp2m, euler, heun } from '@tweedie/samplers';
import { clamped, cosine, fromBetas, linearBetas, trailing, zeroTerminalSnr } from '@tweedie/schedules';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { ForwardProcess, Network, Parameterization, Sampler } from './index.js';
import { denoiser, key, normal, registerGradients, sample } from './index.js';

beforeAll(async () => {
  await setBackend('cpu');
  registerGradients();
});

const trainSteps = 1000;
const zeroTerminal = fromBetas(zeroTerminalSnr(linearBetas()));
const processes = { variancePreserving, linearInterpolant, subVariancePreserving };
const samplers: Readonly<Record<string, Sampler>> = {
  ddim: ddim(),
  'ddim, eta 1': ddim({ eta: 1 }),
  ddpm: ddpm(),
  euler: euler(),
  heun: heun(),
  dpmpp2m: dpmpp2m(),
};
const everywhere: Readonly<Record<string, (process: ForwardProcess) => Parameterization>> = {
  x0: () => x0(),
  v: () => v(),
  velocity: () => velocity(),
  edm: () => edm(),
  posteriorMean: ({ at }) => posteriorMean((level) => posterior(level, at(Math.max(0, level.t - 1 / 20)))),
};
const notInNoise: Readonly<Record<string, () => Parameterization>> = { epsilon, score };
const point = [0.3, -1.2];

/** Told the time, and perfect for data that are all at `point`: `F = a·x0 + b·ε` with the ε that `x` implies. */
function perfect(process: ForwardProcess, parameterization: Parameterization): Network {
  return {
    parameters: new Map(),
    apply: (x, noise) =>
      tidy(() => {
        const level = process.at(Math.round((noise.dataSync()[0] ?? Number.NaN) * trainSteps) / trainSteps);
        const { in: scale, target } = parameterization(level);
        const data = tensor2d([point]);
        const epsilon = mul(sub(mul(x, 1 / scale), mul(data, level.alpha)), level.sigma > 0 ? 1 / level.sigma : 0);
        return add(mul(data, target[0]), mul(epsilon, target[1]));
      }),
  };
}

function drawn(process: ForwardProcess, parameterization: Parameterization, sampler: Sampler): Promise<Tensor> {
  return sample({
    denoiser: denoiser(
      perfect(process, parameterization),
      told(parameterization, ({ t }) => t),
    ),
    process,
    sampler,
    grid: trailing({ trainSteps }),
    steps: 20,
    start: [5, 2],
    key: key(0),
  });
}

async function farthest(samples: Promise<Tensor>): Promise<number> {
  const values = Array.from((await samples).dataSync());
  return Math.max(...values.map((value, i) => Math.abs(value - (point[i % 2] ?? Number.NaN))));
}

describe.each(Object.entries(processes))('from pure noise, zero terminal SNR, %s', (_, make) => {
  const process = make(zeroTerminal);
  const all = Object.entries(samplers);

  it('begins where no data are left', () => {
    expect(trailing({ trainSteps })(process, 20)[0]).toMatchObject({ t: 1, alpha: 0, sigma: 1, logSnr: -Infinity });
  });

  it.each(Object.entries(everywhere))('%s comes to the data with every sampler', async (_, parameterization) => {
    for (const [name, sampler] of all)
      expect(await farthest(drawn(process, parameterization(process), sampler)), name).toBeLessThan(1e-4);
  });

  it.each(Object.entries(notInNoise))(
    '%s is refused by name, with what to do, and nothing leaked',
    async (_, parameterization) => {
      const before = memory().numTensors;
      for (const [name, sampler] of all)
        await expect(drawn(process, parameterization(), sampler), name).rejects.toMatchObject({
          code: 'parameterization-undefined',
          message: expect.stringMatching(/undefined in pure noise .*predict v or x0, or wrap the schedule in `clamped/),
        });
      expect(memory().numTensors).toBe(before);
    },
  );

  it.each(Object.entries(notInNoise))(
    '%s comes to the data once the schedule is clamped, as the error says',
    async (_, parameterization) => {
      const below = make(clamped(zeroTerminal, { min: -10 }));
      for (const [name, sampler] of all)
        expect(await farthest(drawn(below, parameterization(), sampler)), name).toBeLessThan(1e-4);
    },
  );

  it.each(Object.entries({ ...everywhere, ...notInNoise }))('%s trains on pure noise', async (name, parameterization) => {
    const factor = variable(tensor2d([[0.5]]), true, `${make.name}.${name}`);
    const network: Network = { parameters: new Map([['factor', factor]]), apply: (x) => mul(x, factor) };
    const objective = diffusionLoss({ network, process, parameterization: parameterization(process), times: fixedTime(1) });
    const inputs = await objective.prepare({ x: normal(key(1), [16, 2]) }, key(2));
    const { value, grads } = variableGrads(() => objective.evaluate(inputs).loss, [factor]);
    for (const each of [value, ...Object.values(grads)]) expect(Number.isFinite(each.dataSync()[0])).toBe(true);
  });
});

describe('on clean data', () => {
  const process = variancePreserving(cosine());
  const x = () => tensor2d([[1, 2]]);
  const network: Network = { parameters: new Map(), apply: (input) => mul(input, 7) };

  it.each(Object.entries({ ...notInNoise, v, 'v trained elsewhere': () => trainedUnder(linearInterpolant(cosine()))(v()) }))(
    '%s gives them back',
    (_, make) => {
      expect([...denoiser(network, make())(x(), process.at(0), undefined).dataSync()]).toEqual([1, 2]);
    },
  );

  it('a posterior mean has no step to take', () => {
    const still = posteriorMean((level) => posterior(level, process.at(0)));
    expect(() => denoiser(network, still)(x(), process.at(0), undefined)).toThrow(
      expect.objectContaining({ code: 'parameterization-undefined', message: expect.stringContaining('on clean data') }),
    );
  });

  it('the score cannot be trained, and noise can', () => {
    const prepare = (parameterization: Parameterization) => () =>
      diffusionLoss({ network, process, parameterization, times: fixedTime(0) }).prepare({ x: x() }, key(0));
    expect(prepare(score())).toThrow(
      expect.objectContaining({
        code: 'parameterization-undefined',
        message: expect.stringMatching(/on clean data .*`clamped\(schedule, \{ max: 10 \}\)`/),
      }),
    );
    expect(prepare(epsilon())).not.toThrow();
  });
});

test('infinite noise is refused for what it is', () => {
  const process = varianceExploding(zeroTerminal);
  const network: Network = { parameters: new Map(), apply: (x) => mul(x, 1) };
  const refused = expect.objectContaining({
    code: 'parameterization-undefined',
    message: expect.stringMatching(/\): wrap the schedule in `clamped\(schedule, \{ min: -10 \}\)`$/),
  });
  for (const parameterization of [...Object.values(notInNoise).map((make) => make()), x0(), v(), velocity(), edm()]) {
    const objective = diffusionLoss({ network, process, parameterization, times: fixedTime(1) });
    expect(() => objective.prepare({ x: tensor2d([[1, 2]]) }, key(0))).toThrow(refused);
  }
});
