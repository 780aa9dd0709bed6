import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  customGrad,
  memory,
  mul,
  neg,
  setBackend,
  softplus,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { type Denoiser, denoiser, key, type Moment, normal, normals, sample, useBackend } from '@tweedie/core';
import { logProbability, varianceDenoiser } from '@tweedie/losses';
import { compactUnet, mlp, noisyClassifier } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { ddpm } from '@tweedie/samplers';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { classifier } from './classifier.js';
import { meanShift, scoreShift } from './classifier-shift.js';

beforeAll(() => setBackend('cpu'));

const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
const level = process.level(-0.7);
const moment: Moment = {
  from: level,
  to: process.level(1),
  index: 0,
  count: 1,
  note: () => undefined,
  recall: () => undefined,
};

/** `ln sigmoid(⟨x, y⟩)`, whose gradient is `y·sigmoid(−⟨x, y⟩)`. */
const towards = (x: Tensor, _: unknown, y: Tensor): Tensor1D => tidy(() => neg(softplus(neg(sum<Tensor1D>(mul(x, y), 1)))));
const shrinking: Denoiser<Tensor> = (x, { sigma }, y) => tidy(() => add(mul(sigma, mul(x, x)), y));
const free: Denoiser = (x, { sigma }) => tidy(() => mul(sigma, mul(x, x)));

const subject = {
  condition: (batch: number) => tensor(normals(key(9), 2 * batch), [batch, 2]),
  release: (condition: Tensor) => void condition.dispose(),
};
describeGuidance<Tensor>('classifier', {
  ...subject,
  off: () => classifier({ scale: 0, logProbability: towards }),
  on: () => classifier({ scale: 2.5, logProbability: towards }),
  denoiser: shrinking,
  plain: (condition) => condition,
});
describeGuidance<undefined, Tensor>('classifier of a denoiser without a condition, in steps of given mean', {
  ...subject,
  off: () => classifier({ scale: () => 0, logProbability: towards, told: () => undefined }),
  on: () => classifier({ scale: () => 2, logProbability: towards, told: () => undefined, shift: meanShift('large') }),
  denoiser: free,
  plain: () => undefined,
});

/** The gradient of `towards`, in float64. */
function gradientOf(x: Float32Array, y: Float32Array): number[] {
  return Array.from(x, (_, i) => {
    const row = 2 * Math.floor(i / 2);
    const product = (x[row] ?? 0) * (y[row] ?? 0) + (x[row + 1] ?? 0) * (y[row + 1] ?? 0);
    return (y[i] ?? 0) / (1 + Math.exp(product));
  });
}

/** By how much a guidance moves the estimate of three points, and the gradient there. */
function moved(options: Pick<Parameters<typeof classifier<Tensor>>[0], 'scale' | 'shift'>, at: Moment = moment) {
  const [x, y] = [normals(key(2), 6), normals(key(9), 6)];
  const difference = tidy(() => {
    const [points, condition] = [tensor(x, [3, 2]), tensor(y, [3, 2])];
    const guided = classifier({ ...options, logProbability: towards })(shrinking);
    return Array.from(sub(guided(points, at.from, condition, at), shrinking(points, at.from, condition, at)).dataSync());
  });
  return { difference, gradient: gradientOf(x, y) };
}

const near = (given: readonly number[], expected: readonly number[]) =>
  given.forEach((value, i) => void expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5));

test('one scale, one for each sample, one for each level', () => {
  const unit = scoreShift(level);
  expect(unit).toBeCloseTo(level.sigma ** 2 / level.alpha, 12);
  const { difference, gradient } = moved({ scale: 3 });
  near(
    difference,
    gradient.map((each) => 3 * unit * each),
  );
  const each = tensor1d([0, -1, 2]);
  near(
    moved({ scale: each }).difference,
    gradient.map((slope, i) => unit * slope * ([0, -1, 2][i >> 1] ?? 0)),
  );
  each.dispose();
  near(
    moved({ scale: ({ logSnr }, told) => (told === moment ? logSnr : Number.NaN) }).difference,
    gradient.map((slope) => level.logSnr * unit * slope),
  );
});

test('a scale of 0 is the denoiser itself, and asks no classifier', () => {
  const refused = () => {
    throw new Error('asked');
  };
  expect(classifier<Tensor>({ scale: 0, logProbability: refused })(shrinking)).toBe(shrinking);
  const x = normal(key(1), [3, 2]);
  for (const scale of [0, () => 0])
    classifier({ scale, logProbability: refused, told: () => undefined })(free)(x, level, undefined).dispose();
  const clean = process.level(Infinity);
  classifier<Tensor>({ scale: 2, logProbability: refused })(shrinking)(x, clean, x).dispose();
  x.dispose();
});

test('no gradient goes through the denoiser', () => {
  const through = customGrad((x) => ({
    value: neg(x as Tensor),
    gradFunc: () => {
      throw new Error('through the denoiser');
    },
  }));
  const x = normal(key(1), [3, 2]);
  const before = memory().numTensors;
  classifier({ scale: 1, logProbability: towards })((at) => through(at))(x, level, x).dispose();
  expect(memory().numTensors).toBe(before);
  x.dispose();
});

describe('a mean shifted by its variance times the gradient', () => {
  // Bayes on two Gaussians by hand: precisions add up. x_t = a·x_s + √q·z, x_s = α_s·x0 + σ_s·ε.
  const { from, to } = moment;
  const [a] = [from.alpha / to.alpha];
  const q = from.sigma ** 2 - (a * to.sigma) ** 2;
  const variance = 1 / (1 / to.sigma ** 2 + a ** 2 / q);
  const onData = (variance * to.alpha) / to.sigma ** 2;

  test.each([
    ['small', variance],
    ['large', q],
    ['learned', 0.37],
  ] as const)('%s', (which, expected) => {
    const noted = tensor(new Float32Array(6).fill(0.37), [3, 2]);
    const at: Moment = { ...moment, recall: (name) => (name === 'variance' ? noted : undefined) };
    const { difference, gradient } = moved({ scale: 2, shift: meanShift(which) }, at);
    near(
      difference.map((each) => onData * each),
      gradient.map((each) => 2 * expected * each),
    );
    noted.dispose();
  });

  test('as a network has learned it, in a step of ddpm', async () => {
    const network = mlp({ key: key(3), outputs: 4, width: 16 });
    const model = varianceDenoiser(network, v());
    let variance: readonly number[] = [];
    const noting: Denoiser = (x, at, _, told) =>
      model(
        x,
        at,
        undefined,
        told && {
          ...told,
          note(name, value) {
            variance = Array.from(value.dataSync());
            told.note(name, value);
          },
        },
      );
    const run = async (denoiser: Denoiser<Tensor>) => {
      const result = await sample({
        denoiser,
        process,
        sampler: ddpm({ variance: 'learned' }),
        grid: () => [from, to],
        steps: 1,
        condition: y,
        key: key(4),
        start: x,
      });
      const values = Array.from(result.dataSync());
      result.dispose();
      return values;
    };
    const [x, y] = [tensor(normals(key(2), 6), [3, 2]), tensor(normals(key(9), 6), [3, 2])];
    const guidance = (scale: number) =>
      classifier({ scale, logProbability: towards, told: () => undefined, shift: meanShift('learned') });
    const [plain, guided] = [await run(guidance(0)(noting)), await run(guidance(2)(noting))];
    expect(new Set(variance).size).toBe(6);
    const gradient = gradientOf(normals(key(2), 6), normals(key(9), 6));
    near(
      guided.map((each, i) => each - (plain[i] ?? Number.NaN)),
      gradient.map((each, i) => 2 * (variance[i] ?? Number.NaN) * each),
    );
    for (const each of [x, y, ...network.parameters.values()]) each.dispose();
  });

  test('the last step has no variance', () => {
    for (const which of ['small', 'large', 'learned'] as const)
      expect(meanShift(which)(from, { ...moment, to: process.level(Infinity) })).toBe(0);
  });
});

test('what cannot be guided is refused by name', () => {
  const scale = expect.objectContaining({ code: 'scale-not-finite' });
  expect(() => classifier({ scale: Number.NaN, logProbability: towards })).toThrow(scale);
  const x = tensor(normals(key(2), 6), [3, 2]);
  const guided = (given: Partial<Parameters<typeof classifier<Tensor>>[0]>, at = level, step?: Moment) =>
    classifier({ scale: 1, logProbability: towards, ...given })(shrinking)(x, at, x, step);
  const code = (name: string) => expect.objectContaining({ code: name });
  expect(() => guided({ scale: () => Infinity })).toThrow(scale);
  expect(() => guided({ scale: tensor1d([1, 2]) })).toThrow(code('scale-mismatch'));
  for (const form of Object.values(forms(linearLogSnr({ min: -8, max: 8 }))))
    expect(() => guided({}, form.level(-Infinity))).toThrow(code('classifier-undefined'));
  expect(() => guided({ shift: meanShift() })).toThrow(code('moment-missing'));
  expect(() => guided({ shift: meanShift('learned') }, level, moment)).toThrow(code('variance-not-noted'));
  // @ts-expect-error: not one of the three
  expect(() => meanShift('other')).toThrow(code('variance-unknown'));
  x.dispose();
});

test('steps of given mean begin in pure noise, too', () => {
  const [noise, to] = [process.level(-Infinity), process.level(-2)];
  expect(meanShift()(noise, { to })).toBeCloseTo(to.sigma ** 2 / to.alpha, 10);
  expect(meanShift('large')(noise, { to })).toBeCloseTo(1 / to.alpha, 10);
});

test('WebAssembly guides images by a network as the cpu backend does', async () => {
  const images = { image: [8, 8, 1], widths: [8, 16], groups: 4, embedding: 16 } as const;
  const run = () => {
    const [network, judge] = [
      compactUnet({ key: key(0), ...images, classes: 3 }),
      noisyClassifier({ key: key(1), ...images, classes: 3 }),
    ];
    const parameters = [...network.parameters.values(), ...judge.parameters.values()];
    tidy(() => {
      for (const [i, each] of parameters.entries()) each.assign(add(each, mul(normal(key(i), each.shape), 0.1)));
    });
    const values = tidy(() =>
      classifier({ scale: tensor1d([1, 3]), logProbability: logProbability(judge, v()) })(denoiser(network, v()))(
        normal(key(3), [2, 8, 8, 1]),
        level,
        tensor1d([2, 0], 'int32'),
      ).dataSync(),
    );
    for (const each of parameters) each.dispose();
    return values;
  };
  const expected = run();
  await useBackend(wasm());
  const given = run();
  await setBackend('cpu');
  near([...given], [...expected]);
});
