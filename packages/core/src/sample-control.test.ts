import '@tensorflow/tfjs-backend-cpu';
import { add, memory, mul, setBackend, sub, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Denoiser, ForwardProcess, NoiseLevel, NoiseSource, SampleOptions, Sampler, StepControl } from './contracts.js';
import { key } from './key.js';
import { normal } from './normal.js';
import { sample, sampleSteps } from './sample.js';

beforeAll(() => setBackend('cpu'));

const unused = (): never => {
  throw new Error('not called here');
};
/** Variance exploding: `ln(alpha/sigma)` is `−ln sigma`. */
const level = (logSnr: number): NoiseLevel => ({ t: 0.5, alpha: 1, sigma: Math.exp(-logSnr / 2), logSnr });
const process: ForwardProcess = {
  schedule: { logSnr: unused, time: unused, slope: unused },
  at: () => level(4),
  level,
  drift: unused,
  diffusion: unused,
};
/** Data N(0, 1): along the flow, `x/√(1 + σ²)` does not change. */
const gaussian: Denoiser = (x, { sigma }) => mul(x, 1 / (1 + sigma ** 2));

/** Heun's method with Euler's as the worse estimate, a note, and a state that hands on what it got. */
const heun: Sampler<Tensor, { readonly first: Tensor; readonly last: Tensor }> = {
  step({ from, to, denoise, combine, note, recall }, x, state) {
    const one = denoise(x, from);
    const ratio = to.sigma / from.sigma;
    const euler = combine([ratio, x], [1 - ratio, one]);
    const denoised = denoise(euler, to);
    recall('mean');
    note('mean', denoised);
    // the mean of the two slopes (x − x0)/sigma
    const next = combine(
      [1 + (ratio - 1) / 2, x],
      [(1 - ratio) / 2, one],
      [(1 - 1 / ratio) / 2, euler],
      [(1 / ratio - 1) / 2, denoised],
    );
    return { x: next, denoised, state: { first: state?.first ?? one, last: denoised }, error: sub(next, euler) };
  },
};
const control: StepControl = {
  coordinate: 'halfLogSnr',
  absolute: 1e-3,
  relative: 1e-3,
  norm: 'batch',
  first: 2,
  next: (error, length) => ({
    accept: error <= 1,
    length: length * Math.min(3, Math.max(0.2, 0.9 / Math.sqrt(error))),
  }),
};
const options: SampleOptions = {
  denoiser: gaussian,
  process,
  sampler: heun,
  grid: () => [-4, 0, 4].map(level),
  steps: 2,
  key: key(1),
  start: [3, 2],
  control,
};

/** Takes every step, and keeps what was measured. */
function recording() {
  const errors: number[] = [];
  const next: StepControl['next'] = (error) => {
    errors.push(error);
    return { accept: true, length: 4 };
  };
  return { errors, next };
}

/** Every step of a run, its `x` as numbers. */
async function steps(changed: Partial<SampleOptions> = {}) {
  const all = [];
  for await (const step of sampleSteps({ ...options, ...changed } as SampleOptions))
    all.push({ ...step, x: [...step.x.dataSync()], denoised: [...step.denoised.dataSync()] });
  return all;
}

describe('a controlled run', () => {
  it('is as near to the exact flow as the tolerance asks, and stops at the levels', async () => {
    const start = tensor([[10, -3, 0.1]]);
    const gaps = [];
    for (const tolerance of [1e-1, 1e-2, 1e-3]) {
      const run = await steps({ start, control: { ...control, absolute: tolerance, relative: tolerance } });
      expect(run.map((step) => step.level.logSnr)).toEqual(expect.arrayContaining([0, 4]));
      const shrunk = Math.sqrt((1 + Math.exp(-4)) / (1 + Math.exp(4)));
      gaps.push(Math.max(...[10, -3, 0.1].map((x, i) => Math.abs((run.at(-1)?.x[i] ?? Number.NaN) - x * shrunk))));
    }
    const [loose = 0, middle = 0, tight = 0] = gaps;
    expect(loose).toBeGreaterThan(3 * middle);
    expect(middle).toBeGreaterThan(3 * tight);
    expect(tight).toBeLessThan(5e-3);
    start.dispose();
  });

  it('rejects what is too long, says how often, and repeats itself', async () => {
    const run = await steps();
    expect(run.at(-1)?.rejected).toBeGreaterThan(0);
    expect(run.at(-1)).toMatchObject({ count: run.length, index: run.length - 1, progress: 1 });
    expect(await steps()).toEqual(run);
    const result = await sample(options);
    expect([...result.dataSync()]).toEqual(run.at(-1)?.x);
    result.dispose();
  });

  it('looks at the batch or at each sample', async () => {
    const errorOfOne = async (norm: StepControl['norm']) => {
      const start = tensor([
        [10, 10],
        [0, 0],
      ]);
      const { errors, next } = recording();
      await steps({ start, control: { ...control, norm, next } });
      start.dispose();
      return errors[0] ?? Number.NaN;
    };
    // half of the numbers are right
    expect((await errorOfOne('largest')) / (await errorOfOne('batch'))).toBeCloseTo(Math.SQRT2, 5);
  });

  it('leaks nothing: to the end, over a break, an abort between two tries, an error in any try', async () => {
    const before = memory().numTensors;
    await steps();
    for await (const { index } of sampleSteps(options)) if (index === 1) break;
    expect(memory().numTensors).toBe(before);

    const controller = new AbortController();
    let tries = 0;
    const next: StepControl['next'] = (_, length) => {
      if (++tries === 3) controller.abort();
      return { accept: false, length: length / 2 };
    };
    await expect(steps({ control: { ...control, next }, signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(tries).toBe(3);
    expect(memory().numTensors).toBe(before);

    for (const failing of [2, 3, 6]) {
      let calls = 0;
      const denoiser: Denoiser = (x, at) => (++calls > failing ? unused() : gaussian(x, at, undefined));
      await expect(steps({ denoiser })).rejects.toThrow('not called');
      expect(memory().numTensors).toBe(before);
    }
  });

  it.each<readonly [string, Partial<SampleOptions>]>([
    ['error-not-finite', { denoiser: (x) => mul(x, Number.NaN) }],
    ['control-exhausted', { control: { ...control, limit: 5, next: (_, length) => ({ accept: false, length: length / 2 }) } }],
    ['step-underflow', { control: { ...control, next: (_, length) => ({ accept: false, length: length / 1e6 }) } }],
    ['error-not-estimated', { sampler: { step: ({ from, denoise }, x) => ({ x: add(x, 0), denoised: denoise(x, from) }) } }],
  ])('ends by a named error where it cannot go on: %s', async (code, changed) => {
    const before = memory().numTensors;
    await expect(steps(changed)).rejects.toMatchObject({ code });
    expect(memory().numTensors).toBe(before);
  });
});

describe('noise in a controlled run', () => {
  const drawing: Sampler = {
    step(context, x) {
      const result = heun.step(context, x, undefined);
      const { from, to, combine, noise } = context;
      const noisy = combine([1, result.x], [0.1 * to.sigma, noise(from, to)], [0.1 * to.sigma, noise(from, to)]);
      const error = result.error ?? zeros(x.shape);
      return { x: noisy, denoised: result.denoised, error, estimate: result.x };
    },
  };

  it('is refused if a step that is tried again would draw other noise', async () => {
    const before = memory().numTensors;
    await expect(steps({ sampler: drawing })).rejects.toMatchObject({ name: 'RangeError', code: 'noise-not-a-path' });
    const uncontrolled = { ...options, sampler: drawing, start: [1, 2] };
    delete (uncontrolled as { control?: StepControl }).control;
    (await sample(uncontrolled)).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('is numbered alike in every try, and by the steps that are taken', async () => {
    const asked: string[] = [];
    const noise: NoiseSource = Object.assign(
      ({ index, draw, shape, first }: Parameters<NoiseSource>[0]) => {
        asked.push(`${index}.${draw}`);
        return normal(key(100 * index + draw), shape, first);
      },
      { path: true as const },
    );
    const run = await steps({ sampler: drawing, noise });
    const tries = run.flatMap(({ index, rejected }, i) =>
      Array.from({ length: rejected - (run[i - 1]?.rejected ?? 0) + 1 }, () => [`${index}.0`, `${index}.1`]).flat(),
    );
    expect(run.at(-1)?.rejected).toBeGreaterThan(0);
    expect(asked).toEqual(tries);
    expect(await steps({ sampler: drawing, noise })).toEqual(run);
  });

  it('is left out of what the error is compared with', async () => {
    // a result a thousand times its estimate would make any error small
    const loud = (estimates: boolean): Sampler => ({
      step(context, x, state) {
        const { x: next, ...result } = heun.step(context, x, undefined);
        return { ...result, x: mul(next, 1000), ...(estimates && { estimate: next }), state };
      },
    });
    const firstError = async (sampler: Sampler) => {
      const { errors, next } = recording();
      const start = tensor([[8, 4]]);
      await steps({ sampler, start, control: { ...control, absolute: 0, next } });
      start.dispose();
      return errors[0] ?? Number.NaN;
    };
    expect(await firstError(loud(true))).toBeGreaterThan(2 * (await firstError(loud(false))));
  });
});
