import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, key, normalQuantile, uniform } from '@tweedie/core';
import { eightGaussians, moons, pointTensor } from '@tweedie/data';
import { double, assert as holds, integer, array as list, property } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Coupling,
  entropicTransport,
  independent,
  linearAssignment,
  minibatchOptimalTransport,
  sinkhorn,
  squaredDistances,
} from '../index.js';

beforeAll(() => tf.setBackend('cpu'));

const totalOf = (costs: ArrayLike<number>, columns: ArrayLike<number>): number =>
  Array.from(columns, (j, i) => costs[i * columns.length + j] ?? Number.NaN).reduce((sum, cost) => sum + cost, 0);
const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

describe('linearAssignment', () => {
  const square = integer({ min: 1, max: 6 }).chain((count) =>
    list(double({ min: -5, max: 5, noNaN: true }), { minLength: count ** 2, maxLength: count ** 2 }).map((costs) => ({
      count,
      costs,
    })),
  );

  it('is the best of all permutations', () => {
    holds(
      property(square, ({ count, costs }) => {
        const best = Math.min(...permutations(indices(count)).map((columns) => totalOf(costs, columns)));
        const { columns } = linearAssignment(costs, count);
        expect([...columns].sort()).toEqual(indices(count));
        expect(totalOf(costs, columns)).toBeCloseTo(best, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('finds any hidden permutation, ties and all', () => {
    holds(
      property(integer({ min: 1, max: 60 }), integer({ min: 0, max: 1e6 }), (count, seed) => {
        const hidden = shuffled(count, key(seed));
        const costs = Float64Array.from({ length: count ** 2 }, (_, at) =>
          hidden[Math.floor(at / count)] === at % count ? 0 : (at % 3) + 1,
        );
        expect([...linearAssignment(costs, count).columns]).toEqual(hidden);
      }),
      { numRuns: 40 },
    );
  });

  it('sorts on the line', () => {
    // for a convex cost of the difference the best pairing of numbers is that of their ranks
    const [a, b] = [uniform(key(1), 200), uniform(key(2), 200)];
    const { columns } = linearAssignment(squaredDistances(a, b, 200), 200);
    const order = indices(200).sort((i, j) => (a[i] ?? 0) - (a[j] ?? 0));
    const matched = order.map((i) => b[columns[i] ?? -1] ?? Number.NaN);
    expect(matched).toEqual([...b].sort((x, y) => x - y));
  });

  it.each([2, 64])('proves itself by its prices, on points of %d dimensions', (size) => {
    // duality: any prices below all costs bound the cost of any assignment from below
    const count = 150;
    const costs = squaredDistances(uniform(key(20), size * count), uniform(key(21), size * count), count);
    const { columns, rowPrices, columnPrices } = linearAssignment(costs, count);
    const gap = costs.map((cost, at) => cost - (rowPrices[Math.floor(at / count)] ?? 0) - (columnPrices[at % count] ?? 0));
    expect(Math.min(...gap)).toBeGreaterThan(-1e-12);
    const bound = [...rowPrices, ...columnPrices].reduce((sum, price) => sum + price, 0);
    expect(totalOf(costs, columns)).toBeCloseTo(bound, 10);
    expect([...columns].sort((a, b) => a - b)).toEqual(indices(count));
  });

  it('does not care for what is added to a row or a column', () => {
    const count = 30;
    const [costs, rows, columns] = [uniform(key(3), count ** 2), uniform(key(4), count), uniform(key(5), count)];
    const shifted = costs.map((cost, at) => cost + 9 * (rows[Math.floor(at / count)] ?? 0) - 7 * (columns[at % count] ?? 0));
    expect(linearAssignment(shifted, count).columns).toEqual(linearAssignment(costs, count).columns);
  });

  it('heeds forbidden pairs, and says where no assignment is left', () => {
    const no = Number.POSITIVE_INFINITY;
    expect([...linearAssignment([0, 5, no, 0, no, no, 9, 9, 9], 3).columns]).toEqual([1, 0, 2]);
    const impossible = expect.objectContaining({ code: 'assignment-impossible' });
    expect(() => linearAssignment([1, no, 1, no], 2)).toThrow(impossible);
    expect(() => linearAssignment([Number.NaN, Number.NaN, 1, 1], 2)).toThrow(impossible);
    expect(() => linearAssignment([1, 2, 3], 2)).toThrow(expect.objectContaining({ code: 'costs-mismatch' }));
    expect([...linearAssignment([], 0).columns]).toEqual([]);
  });
});

describe('sinkhorn', () => {
  const count = 64;
  const costs = squaredDistances(uniform(key(6), 2 * count), uniform(key(7), 2 * count), count);
  const columnSums = (plan: Float64Array): number[] =>
    indices(count).map((j) => indices(count).reduce((sum, i) => sum + (plan[i * count + j] ?? 0), 0));

  it('gives rows and columns that sum to 1', () => {
    const plan = sinkhorn(costs, count, { epsilon: 0.05, tolerance: 1e-9, iterations: 10_000 });
    for (const i of indices(count))
      expect(plan.subarray(i * count, (i + 1) * count).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    for (const sum of columnSums(plan)) expect(Math.abs(sum - 1)).toBeLessThan(1e-8);
  });

  it('goes from the assignment to independence as entropy grows', () => {
    // entropy is between 0 and ln n, so that the plan costs at most ε·ln n more than the best pairing
    const epsilon = 0.004;
    const cold = sinkhorn(costs, count, { epsilon, tolerance: 1e-6, iterations: 4000 });
    const excess =
      cold.reduce((sum, p, at) => sum + p * (costs[at] ?? 0), 0) - totalOf(costs, linearAssignment(costs, count).columns);
    expect(excess / count).toBeGreaterThan(0);
    expect(excess / count).toBeLessThan(epsilon * Math.log(count));
    expect(excess / count).toBeLessThan(0.003); // the costs themselves are about 0.3
    const frozen = sinkhorn(costs, count, { epsilon: 1e-9 });
    linearAssignment(costs, count).columns.forEach((j, i) => {
      expect(frozen[i * count + j]).toBe(Math.max(...frozen.subarray(i * count, (i + 1) * count)));
    });
    for (const probability of sinkhorn(costs, count, { epsilon: 1e6 })) expect(probability).toBeCloseTo(1 / count, 6);
  });

  it('has the covariance of the entropic plan between Gaussians', () => {
    // a plan exp(f + g + 2xy/ε) of N(0, a²) and N(0, b²) is Gaussian, its precision off the diagonal −2/ε: 2c² + εc = 2a²b²
    const [a, b, epsilon, size] = [1, 0.6, 0.7, 400];
    const quantiles = indices(size).map((i) => normalQuantile((i + 0.5) / size));
    const [x, y] = [quantiles.map((z) => a * z), quantiles.map((z) => b * z)];
    const plan = sinkhorn(squaredDistances(x, y, size), size, { epsilon, tolerance: 1e-6 });
    const covariance = plan.reduce((sum, p, at) => sum + (p * (x[Math.floor(at / size)] ?? 0) * (y[at % size] ?? 0)) / size, 0);
    expect(covariance).toBeCloseTo((-epsilon + Math.sqrt(epsilon ** 2 + 16 * a ** 2 * b ** 2)) / 4, 2);
  });

  it('refuses an epsilon that is not positive', () => {
    expect(() => sinkhorn([1], 1, { epsilon: 0 })).toThrow(expect.objectContaining({ code: 'epsilon-not-positive' }));
    expect(() => entropicTransport({ sigma: -1 })).toThrow(expect.objectContaining({ code: 'sigma-not-positive' }));
  });
});

const couplings: Readonly<Record<string, (within?: (labels: tf.Tensor) => tf.Tensor) => Coupling<tf.Tensor>>> = {
  minibatchOptimalTransport: (within) => minibatchOptimalTransport(within === undefined ? {} : { within }),
  entropicTransport: (within) => entropicTransport({ sigma: 0.2, ...(within === undefined ? {} : { within }) }),
};

describe.each(Object.entries(couplings))('%s', (_, make) => {
  const count = 48;
  const labels = tf.tensor1d(
    indices(count).map((i) => i % 3),
    'int32',
  );
  const batch = () => ({
    data: pointTensor(moons(), key(8), count),
    source: pointTensor(eightGaussians({ radius: 2 }), key(9), count),
    condition: labels,
  });

  it('pairs within classes where it is told to', async () => {
    const apart = (pairing: ArrayLike<number> | undefined) =>
      Array.from(pairing ?? [], (j, i) => (j - i) % 3 !== 0).filter(Boolean);
    expect(apart(await make((classes) => classes)(batch(), key(1)))).toEqual([]);
    expect(apart(await make()(batch(), key(1))).length).toBeGreaterThan(count / 4);
  });

  it('borrows, leaks nothing, and depends on the key alone', async () => {
    const borrowed = batch();
    const before = tf.memory().numTensors;
    const first = await make()(borrowed, key(1));
    expect(tf.memory().numTensors).toBe(before);
    expect(await make()(borrowed, key(1))).toEqual(first);
    expect(first).toHaveLength(count);
  });
});

it('entropic pairs come as often as their plan says', async () => {
  const [count, draws, sigma] = [5, 4000, 0.4];
  const [x, y] = [uniform(key(11), count), uniform(key(12), count)].map((row) => tf.tensor2d(Float32Array.from(row), [count, 1]));
  if (x === undefined || y === undefined) throw new Error('two sides');
  const plan = sinkhorn(squaredDistances(x.dataSync(), y.dataSync(), count), count, { epsilon: 2 * sigma ** 2 });
  const counts = new Float64Array(count ** 2);
  const coupling = entropicTransport({ sigma });
  for (let n = 0; n < draws; n++) {
    const pairing = (await coupling({ data: x, source: y, condition: undefined }, foldIn(key(13), n))) ?? [];
    Array.from(pairing).forEach((j, i) => {
      counts[i * count + j] = (counts[i * count + j] ?? 0) + 1;
    });
  }
  plan.forEach((p, at) => {
    expect(Math.abs((counts[at] ?? 0) / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws) + 1e-4);
  });
});

it('optimal transport keeps both marginals, and shortens and steadies the way', async () => {
  const count = 256;
  const data = pointTensor(moons(), key(14), count);
  const source = pointTensor(eightGaussians({ radius: 2, deviation: 0.1 }), key(15), count);
  const lies = await independent()({ data, source, condition: undefined }, key(0));
  expect(lies).toBeUndefined();
  const pairing = await minibatchOptimalTransport()({ data, source, condition: undefined }, key(0));
  expect(Array.from(pairing ?? []).sort((a, b) => a - b)).toEqual(indices(count));
  const costs = squaredDistances(data.dataSync(), source.dataSync(), count);
  const [length, straightest] = [totalOf(costs, indices(count)), totalOf(costs, pairing ?? [])].map((total) => total / count);
  expect((straightest ?? 1) / (length ?? 0)).toBeLessThan(0.5);
  const variance = (order: ArrayLike<number>): number => {
    const way = tf.sub(tf.gather(source, tf.tensor1d(Array.from(order), 'int32')), data);
    return Array.from(tf.moments(way, 0).variance.dataSync()).reduce((sum, v) => sum + v, 0);
  };
  expect(variance(pairing ?? []) / variance(indices(count))).toBeLessThan(0.5);
});

function shuffled(count: number, from: Key): number[] {
  const order = uniform(from, count);
  return indices(count).sort((i, j) => (order[i] ?? 0) - (order[j] ?? 0));
}
