import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '@tweedie/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  numberArithmetic as arithmetic,
  type Decoder,
  discretizedGaussian,
  softmaxGaussian,
  tanhDiscretizedGaussian,
  tensorArithmetic,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const valuesOf = (levels: number, limit: number) =>
  Array.from({ length: levels }, (_, i) => (2 * limit * i) / (levels - 1) - limit);
const total = (decoder: Decoder, values: readonly number[], mean: number, logVariance: number) =>
  values.reduce((sum, x) => sum + Math.exp(decoder(arithmetic, x, { mean, logVariance })), 0);

describe.each([
  { name: 'exact', make: discretizedGaussian, tolerance: 1e-9 },
  { name: 'by tanh', make: tanhDiscretizedGaussian, tolerance: 1e-9 },
  { name: 'by softmax', make: softmaxGaussian, tolerance: 1e-6 },
])('the decoder $name', ({ make, tolerance }) => {
  it('gives probabilities that sum to one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -20, max: 4, noNaN: true }),
        (levels, limit, mean, logVariance) => {
          const values = valuesOf(levels, limit);
          expect(Math.abs(total(make({ levels, limit }), values, mean, logVariance) - 1)).toBeLessThan(tolerance);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is as likely mirrored', () => {
    const decoder = make();
    for (const x of valuesOf(256, 1).filter((_, i) => i % 15 === 0))
      for (const [mean, logVariance] of [
        [0.3, -4],
        [-0.9, -9],
        [0.01, 1],
      ] as const) {
        const [there, here] = [
          decoder(arithmetic, -x, { mean: -mean, logVariance }),
          decoder(arithmetic, x, { mean, logVariance }),
        ];
        expect(Math.exp(there)).toBeCloseTo(Math.exp(here), 12);
      }
  });

  it('is the same on tensors', () => {
    const values = valuesOf(256, 1).filter((_, i) => i % 5 === 0);
    for (const [mean, logVariance] of [
      [0.3, -4],
      [-0.7, -7],
      [0.1, 0],
    ] as const) {
      const decoder = make();
      const actual = decoder(tensorArithmetic, tf.tensor1d(values), { mean, logVariance }).dataSync();
      values.forEach((x, i) => {
        const expected = decoder(arithmetic, Math.fround(x), { mean, logVariance });
        // float32 tells 1e-12 from nothing only where nothing is subtracted from one
        if (expected > -12) expect(Math.abs((actual[i] ?? Number.NaN) - expected)).toBeLessThan(3e-3);
      });
    }
  });

  it('refuses bins that are none', () => {
    expect(() => make({ levels: 1 })).toThrow(expect.objectContaining({ code: 'levels-not-positive' }));
    expect(() => make({ limit: 0 })).toThrow(expect.objectContaining({ code: 'limit-not-positive' }));
  });
});

describe('the exact decoder', () => {
  const decoder = discretizedGaussian();

  it('is the density times the width of a bin where the bin is small', () => {
    const [mean, logVariance] = [0.2, 0];
    const x = 2 * (140 / 255) - 1;
    const density = Math.exp(-((x - mean) ** 2) / 2) / Math.sqrt(2 * Math.PI);
    expect(decoder(arithmetic, x, { mean, logVariance })).toBeCloseTo(Math.log((density * 2) / 255), 5);
  });

  it('is within its error of the approximation', () => {
    const approximate = tanhDiscretizedGaussian();
    for (const x of valuesOf(256, 1)) {
      const model = { mean: 0.2, logVariance: -2 };
      const [exact, about] = [decoder, approximate].map((each) => Math.exp(each(arithmetic, x, model)));
      expect(Math.abs((exact ?? NaN) - (about ?? NaN))).toBeLessThan(4e-4); // twice the error of the distribution function
    }
  });

  it('has the derivatives of its logarithm, also where the probability underflows', () => {
    const cases = [
      [-1, 0.5, -9],
      [1, -1.5, -12],
      [0.1, 0.9, -10],
      [0.5, 0.5, -9],
      [-1, -1.2, -6],
      [0, 0.3, -1],
      [1, 1, 0],
    ];
    const column = (i: number) => tf.tensor1d(cases.map((each) => Math.fround(each[i] ?? NaN)));
    // data on the grid
    const grid = cases.map(([x = 0]) => (2 * Math.round(((x + 1) / 2) * 255)) / 255 - 1);
    const [byMean, byLog] = tf.grads((mean, logVariance) => decoder(tensorArithmetic, tf.tensor1d(grid), { mean, logVariance }))([
      column(1),
      column(2),
    ]);
    cases.forEach(([, mean = 0, logVariance = 0], i) => {
      const f = (dm: number, dl: number) =>
        decoder(arithmetic, grid[i] ?? NaN, { mean: Math.fround(mean) + dm, logVariance: Math.fround(logVariance) + dl });
      const h = 1e-6;
      const wanted = [(f(h, 0) - f(-h, 0)) / (2 * h), (f(0, h) - f(0, -h)) / (2 * h)];
      [byMean, byLog].forEach((got, j) => {
        const want = wanted[j] ?? NaN;
        expect(Math.abs((got?.dataSync()[i] ?? NaN) - want)).toBeLessThan(5e-3 * Math.max(1, Math.abs(want)));
      });
    });
  });

  it('stays finite, with its gradient, for any mean and variance that a network may give', () => {
    const means = [-40, -1, 0, 0.5, 40];
    const logs = [-25, -9, 0, 10, 25];
    const pairs = means.flatMap((mean) => logs.map((log) => [mean, log] as const));
    for (const x of [-1, 1 / 255, 1]) {
      const f = (mean: tf.Tensor, logVariance: tf.Tensor) =>
        decoder(tensorArithmetic, tf.fill([pairs.length], x), { mean, logVariance });
      const [mean, log] = [tf.tensor1d(pairs.map(([m]) => m)), tf.tensor1d(pairs.map(([, l]) => l))];
      for (const each of [f(mean, log), ...tf.grads(f)([mean, log])])
        expect([...each.dataSync()].filter((value) => !Number.isFinite(value))).toEqual([]);
    }
  });

  it('leaks nothing', () => {
    const [x, mean] = [tf.zeros([3]), tf.ones([3])];
    const before = tf.memory().numTensors;
    tf.dispose(tf.tidy(() => decoder(tensorArithmetic, x, { mean, logVariance: -1 })));
    tf.dispose(tf.grad((m) => decoder(tensorArithmetic, x, { mean: m, logVariance: -1 }))(mean));
    expect(tf.memory().numTensors).toBe(before);
  });
});
