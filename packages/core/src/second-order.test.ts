import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gradientConfigs } from '#gradient-configs';
import { registerGradients } from './gradients.js';
import { readingOutput } from './internal/repeatable-gradient.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

type Elementwise = (x: tf.Tensor) => tf.Tensor;
const derivative =
  (f: Elementwise): Elementwise =>
  (x) =>
    tf.grad((at) => tf.sum(f(at)))(x);

const s = (x: number): number => 1 / (1 + Math.exp(-x));
const points = [-1.7, -0.4, 0.3, 1.2];

// f, f″ and f‴
const known: Record<string, readonly [Elementwise, (x: number) => number, (x: number) => number]> = {
  exp: [(x) => tf.exp(x), Math.exp, Math.exp],
  sigmoid: [
    (x) => tf.sigmoid(x),
    (x) => s(x) * (1 - s(x)) * (1 - 2 * s(x)),
    (x) => s(x) * (1 - s(x)) * (1 - 6 * s(x) + 6 * s(x) ** 2),
  ],
  tanh: [
    (x) => tf.tanh(x),
    (x) => (-2 * Math.tanh(x)) / Math.cosh(x) ** 2,
    (x) => (4 * Math.sinh(x) ** 2 - 2) / Math.cosh(x) ** 4,
  ],
  elu: [(x) => tf.elu(x), (x) => (x < 0 ? Math.exp(x) : 0), (x) => (x < 0 ? Math.exp(x) : 0)],
  selu: [
    (x) => tf.selu(x),
    (x) => (x < 0 ? 1.7580993408473768 * Math.exp(x) : 0),
    (x) => (x < 0 ? 1.7580993408473768 * Math.exp(x) : 0),
  ],
  'x·sigmoid(x)': [
    (x) => tf.mul(x, tf.sigmoid(x)),
    (x) => s(x) * (1 - s(x)) * (2 + x * (1 - 2 * s(x))),
    (x) => s(x) * (1 - s(x)) * (3 * (1 - 2 * s(x)) + x * (1 - 6 * s(x) + 6 * s(x) ** 2)),
  ],
  'exp²': [(x) => tf.square(tf.exp(x)), (x) => 4 * Math.exp(2 * x), (x) => 8 * Math.exp(2 * x)],
  '2^x': [(x) => tf.pow(2, x), (x) => Math.LN2 ** 2 * 2 ** x, (x) => Math.LN2 ** 3 * 2 ** x],
  '(x+2)³': [(x) => tf.pow(tf.add(x, 2), 3), (x) => 6 * (x + 2), () => 6],
  'first of softmax(x, 0)': [
    (x) => tf.slice(tf.softmax(tf.stack([x, tf.zerosLike(x)], 1)), [0, 0], [-1, 1]),
    (x) => s(x) * (1 - s(x)) * (1 - 2 * s(x)),
    (x) => s(x) * (1 - s(x)) * (1 - 6 * s(x) + 6 * s(x) ** 2),
  ],
  'x² where positive': [(x) => tf.where(tf.greater(x, 0), tf.square(x), x), (x) => (x > 0 ? 2 : 0), () => 0],
};

describe.each(Object.entries(known))('%s', (_, [f, second, third]) => {
  it('has its second and third derivative', () => {
    const x = tf.tensor1d(points);
    const before = tf.memory().numTensors;
    const [two, three] = [derivative(derivative(f))(x), derivative(derivative(derivative(f)))(x)];
    expect(tf.memory().numTensors).toBe(before + 2);
    points.forEach((point, i) => {
      expect(two.dataSync()[i]).toBeCloseTo(second(point), 4);
      expect(three.dataSync()[i]).toBeCloseTo(third(point), 3);
    });
  });
});

it('differentiates again what it gave the value beside', () => {
  // L = (σ(x) + σ′(x))², with σ and σ′ from one pass
  const loss = (x: tf.Tensor): tf.Tensor => {
    const { value, grad } = tf.valueAndGrad((at: tf.Tensor) => tf.sigmoid(at))(x, tf.onesLike(x));
    return tf.square(tf.add(value, grad));
  };
  const slope = derivative(loss)(tf.tensor1d(points));
  points.forEach((x, i) => {
    const [first, second] = [s(x) * (1 - s(x)), s(x) * (1 - s(x)) * (1 - 2 * s(x))];
    expect(slope.dataSync()[i]).toBeCloseTo(2 * (s(x) + first) * (first + second), 5);
  });
});

it('refuses a function that ran outside of the inner gradient, rather than be wrong', () => {
  const outside = (x: tf.Tensor): tf.Tensor => {
    const y = tf.exp(x);
    return tf.grad(() => tf.square(y))(x);
  };
  expect(() => derivative(outside)(tf.tensor1d(points))).toThrow(expect.objectContaining({ code: 'second-order-outside' }));
});

describe('convolutions', () => {
  const image = tf.tensor4d(
    Array.from({ length: 2 * 5 * 4 * 2 }, (_, i) => Math.sin(1.3 * i)),
    [2, 5, 4, 2],
  );
  const filter = tf.tensor4d(
    Array.from({ length: 3 * 3 * 2 * 3 }, (_, i) => Math.cos(0.7 * i)),
    [3, 3, 2, 3],
  );

  it.each([
    { stride: 1, pad: 'same' as const },
    { stride: 2, pad: 1 },
    { stride: 1, pad: 'valid' as const },
  ])('have second derivatives by image and filter, stride $stride, pad $pad', ({ stride, pad }) => {
    // L = Σ(x∗w)³ is a cubic in each: central differences of its gradients are exact but for h², which two steps remove
    const directions = [tf.cos(image), tf.sin(filter)] as const;
    const loss = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
      const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
      return tf.sum(tf.mul(tf.square(y), y));
    };
    const along = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
      const [byImage, byFilter] = tf.grads(loss)([x, w]) as [tf.Tensor, tf.Tensor];
      return tf.add(tf.sum(tf.mul(byImage, directions[0])), tf.sum(tf.mul(byFilter, directions[1])));
    };
    const exact = tf.grads(along)([image, filter]) as [tf.Tensor, tf.Tensor];
    const at = (i: number, h: number): number => {
      const bump = (size: number, at: number): tf.Tensor1D =>
        tf.tensor1d(Array.from({ length: size }, (_, j) => (i === j + at ? h : 0)));
      const x = tf.add(image, tf.reshape(bump(image.size, 0), image.shape));
      const w = tf.add(filter, tf.reshape(bump(filter.size, image.size), filter.shape));
      return along(x, w).dataSync()[0] ?? Number.NaN;
    };
    const flat = tf.concat(exact.map((part) => tf.reshape(part, [-1]))).dataSync();
    for (const i of [0, 13, 47, 79, 80, 97, 133]) {
      const slope = (h: number): number => (at(i, h) - at(i, -h)) / (2 * h);
      const expected = (4 * slope(0.1) - slope(0.2)) / 3;
      expect(Math.abs((flat[i] ?? Number.NaN) - expected)).toBeLessThan(2e-3 * (1 + Math.abs(expected)));
    }
  });
});

describe('at first order', () => {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    Elu: tf.elu,
    Exp: tf.exp,
    Pow: (x) => tf.pow(tf.abs(x), x),
    Sigmoid: tf.sigmoid,
    Softmax: tf.softmax,
    Tanh: tf.tanh,
  };
  const original = new Map(gradientConfigs.map((config) => [config.kernelName, config]));

  it.each([...readingOutput.keys()])('%s runs and saves what it always did', async (name) => {
    const f = functions[name] ?? tf.neg;
    const run = async () => {
      let held = 0;
      const { kernels, result } = await tf.profile(() =>
        tf.grad((x) => {
          const before = tf.memory().numTensors;
          const y = tf.tidy(() => f(x));
          held = tf.memory().numTensors - before;
          return tf.sum(tf.square(y));
        })(tf.tensor2d([points])),
      );
      return { held, kernels: kernels.map((kernel) => kernel.name), gradient: [...(result as tf.Tensor).dataSync()] };
    };
    const ours = await run();
    const config = original.get(name);
    if (config !== undefined) tf.registerGradient(config);
    const theirs = await run();
    registerGradients();
    expect(ours).toEqual(theirs);
  });
});
