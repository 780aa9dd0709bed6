import '@tensorflow/tfjs-backend-cpu';
import { add, fill, memory, mul, setBackend, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Denoiser, ForwardProcess, NoiseLevel, NoiseSource, SampleOptions, Sampler } from './contracts.js';
import { denoiser } from './denoiser.js';
import { key } from './key.js';
import { sample, sampleSteps } from './sample.js';

beforeAll(() => setBackend('cpu'));

const at = (t: number): NoiseLevel => ({
  t,
  alpha: Math.cos((Math.PI * t) / 2),
  sigma: Math.sin((Math.PI * t) / 2),
  logSnr: -2 * Math.log(Math.tan((Math.PI * t) / 2)),
});
const unused = (): never => {
  throw new Error('not called here');
};
const process: ForwardProcess = {
  schedule: { logSnr: unused, time: unused, slope: unused },
  at,
  level: unused,
  drift: unused,
  diffusion: unused,
};

/** Euler for data at one point with fresh noise in the state, which exercises every part of the context. */
const wandering: Sampler<Tensor, { readonly history: readonly Tensor[] }> = {
  step({ from, to, denoise, combine, noise, note, recall }, x, state) {
    const denoised = denoise(x, from);
    note('momentum', denoised);
    if (state !== undefined) recall('momentum');
    const ratio = to.sigma / from.sigma;
    const next = combine(
      [ratio, x],
      [to.alpha - from.alpha * ratio, denoised],
      [0.1 * to.sigma, noise(from, to)],
      [0.1 * to.sigma, noise(from, to)],
    );
    return { x: next, denoised, state: { history: [denoised, ...(state?.history.slice(0, 2) ?? [])] } };
  },
};
const point: Denoiser = (x) => add(mul(x, 0), 3);
const options: SampleOptions = {
  denoiser: point,
  process,
  sampler: wandering,
  grid: [0.95, 0.7, 0.5, 0.3, 0.1, 0],
  key: key(1),
  start: [4, 2],
};

describe('sampleSteps', () => {
  it('yields each step, and the last is the result', async () => {
    const steps: number[] = [];
    for await (const { index, count, level } of sampleSteps(options)) {
      expect(count).toBe(5);
      steps.push(index);
      expect(level).toEqual(at([0.7, 0.5, 0.3, 0.1, 0][index] as number));
    }
    expect(steps).toEqual([0, 1, 2, 3, 4]);
    expect([...(await sample(options)).dataSync()]).toEqual(new Array(8).fill(3));
  });

  it('leaks nothing: to the end, over an early break, an abort, an error', async () => {
    const before = memory().numTensors;
    for await (const _ of sampleSteps(options));
    for await (const { index } of sampleSteps(options)) if (index === 2) break;
    expect(memory().numTensors).toBe(before);

    const controller = new AbortController();
    const run = (async () => {
      for await (const { index } of sampleSteps({ ...options, signal: controller.signal })) if (index === 1) controller.abort();
    })();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(memory().numTensors).toBe(before);

    const failing: Denoiser = (x, { t }) => (t < 0.4 ? unused() : point(x, at(t), undefined));
    await expect(sample({ ...options, denoiser: failing })).rejects.toThrow('not called');
    expect(memory().numTensors).toBe(before);

    (await sample(options)).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('leaves a given start to its owner', async () => {
    const start = zeros([4, 2]);
    (await sample({ ...options, start })).dispose();
    expect([...start.dataSync()]).toEqual(new Array(8).fill(0));
  });

  it('can be cancelled from a timer', async () => {
    const signal = AbortSignal.timeout(5);
    await expect(
      sample({ ...options, grid: Array.from({ length: 100_000 }, (_, i) => 0.99 - i * 9e-6), signal }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('randomness', () => {
  const halfway = { ...options, grid: [0.9, 0.6, 0.3] };
  const draw = async (overrides: Partial<SampleOptions>) => [
    ...(await sample({ ...halfway, ...overrides } as SampleOptions)).dataSync(),
  ];

  it('is a pure function of the key', async () => {
    expect(await draw({})).toEqual(await draw({}));
    expect(await draw({})).not.toEqual(await draw({ key: key(2) }));
  });

  it('gives sample i the same image in every batch', async () => {
    const all = await draw({});
    expect(await draw({ start: [2, 2] })).toEqual(all.slice(0, 4));
    expect(await draw({ start: [1, 2], first: 3 })).toEqual(all.slice(6));
  });

  it('numbers the draws within a step', async () => {
    const seen: string[] = [];
    const noise: NoiseSource = ({ index, draw, shape }) => {
      seen.push(`${index}.${draw}`);
      return zeros([...shape]);
    };
    await sample({ ...halfway, noise });
    expect(seen).toEqual(['0.0', '0.1', '1.0', '1.1']);
  });
});

it('gives a draw the variance that it is asked for, element by element', async () => {
  const variance = tensor([4, 0, 0.25, 1], [2, 2]);
  const drawn: Record<'one' | 'given', readonly number[]> = { one: [], given: [] };
  const draws = (name: 'one' | 'given', asked?: Tensor): SampleOptions['sampler'] => ({
    step({ from, to, noise }, x) {
      const normal = noise(from, to, asked);
      drawn[name] = [...normal.dataSync()];
      return { x: normal, denoised: x };
    },
  });
  const before = memory().numTensors;
  for (const sampler of [draws('one'), draws('given', variance)]) {
    const x = await sample({ ...options, sampler, grid: [0.5, 0.2], start: [2, 2] });
    x.dispose();
  }
  expect(drawn.given).toEqual([2, 0, 0.5, 1].map((deviation, i) => deviation * (drawn.one[i] ?? Number.NaN)));
  expect(memory().numTensors).toBe(before);
  variance.dispose();
});

it('keeps what was noted inside a tidy, and frees it, also when noted again or when the step fails', async () => {
  const noting: Denoiser = (x, { t }, _, moment) =>
    tidy(() => {
      moment?.note('twice', x);
      moment?.note('twice', fill([2, 1], t));
      if (t < 0.2) throw new RangeError('too clean');
      return add(x, 0);
    });
  const recalled: number[] = [];
  const sampler: Sampler = {
    step({ from, denoise, recall }, x) {
      const denoised = denoise(x, from);
      recalled.push(recall('twice')?.dataSync()[0] ?? Number.NaN);
      return { x: denoised, denoised };
    },
  };
  const before = memory().numTensors;
  const run = { ...options, denoiser: noting, sampler };
  (await sample({ ...run, grid: [0.75, 0.5, 0.25] })).dispose();
  expect(recalled).toEqual([0.75, 0.5]);
  expect(memory().numTensors).toBe(before);
  await expect(sample({ ...run, grid: [0.5, 0.125, 0] })).rejects.toThrow('too clean');
  expect(memory().numTensors).toBe(before);
});

describe('bad input', () => {
  it.each([
    ['grid-not-descending', { grid: [0.5, 0.5, 0] }],
    ['grid-not-descending', { grid: [0.5, 0.7] }],
    ['grid-too-short', { grid: [0.5] }],
    ['steps-not-positive', { grid: () => [], steps: 0 }],
    ['steps-not-positive', { grid: () => [] }],
    ['grid-infinite', { grid: () => [{ t: 1, alpha: 1, sigma: Infinity, logSnr: -Infinity }, at(0)], steps: 1 }],
  ])('is a coded error: %s', async (code, overrides) => {
    await expect(sample({ ...options, ...overrides } as SampleOptions)).rejects.toMatchObject({ name: 'RangeError', code });
  });

  it('is no error where the sampler may go up', async () => {
    await sample({ ...options, sampler: { ...wandering, path: 'any' }, grid: [0.5, 0.7, 0.7, 0.2] });
  });
});

it('denoiser says where a parameterisation is undefined, and leaks nothing', () => {
  const network = { parameters: new Map(), apply: (x: Tensor) => mul(x, 1) };
  const x = tensor([1, 2], [2, 1]);
  const before = memory().numTensors;
  const epsilon = denoiser(network, ({ alpha, sigma }) => ({
    skip: 1 / alpha,
    out: -sigma / alpha,
    in: 1,
    noise: 1,
    target: [0, 1],
  }));
  const pureNoise = { t: 1, alpha: 0, sigma: 1, logSnr: -Infinity };
  expect(() => epsilon(x, pureNoise, undefined)).toThrow(
    expect.objectContaining({ code: 'parameterization-undefined', message: expect.stringContaining('clamped') }),
  );
  expect(memory().numTensors).toBe(before);
});

it('denoiser scales in and out, and leaves exactly its result', () => {
  const seen: number[][] = [];
  const network = {
    parameters: new Map(),
    apply(x: Tensor, noise: Tensor) {
      seen.push([...x.dataSync()], [...noise.dataSync()]);
      return mul(x, 10);
    },
  };
  const x = tensor([1, 2], [2, 1]);
  const before = memory().numTensors;
  const denoised = denoiser(network, () => ({ skip: 0.5, out: 2, in: 3, noise: 7, target: [1, 0] }))(x, at(0.5), undefined);
  expect(seen).toEqual([
    [3, 6],
    [7, 7],
  ]);
  expect([...denoised.dataSync()]).toEqual([60.5, 121]);
  expect(memory().numTensors).toBe(before + 1);
});
