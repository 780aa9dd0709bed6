import { key, type NoiseLevel } from '@tweedie/core';
import { expect, test } from 'vitest';
import { plainModel } from './plain-model.js';
import { everyAxis, gaussian, type Probes, rademacher } from './probes.js';

const level: NoiseLevel = { t: 0.5, alpha: 1, sigma: 1, logSnr: 0 };
const matrix = [
  [0.9, 0.4, -0.3],
  [-1.2, 0.2, 0.7],
  [0.5, 1.1, -0.6],
];
const trace = 0.5;
/** A linear denoiser that is not symmetric: its derivative is itself. */
const linear = (x: Float64Array) =>
  x.map((_, i) => {
    const [row, start] = [matrix[i % 3] ?? [], i - (i % 3)];
    return row.reduce((sum, a, j) => sum + a * (x[start + j] ?? 0), 0);
  });
const model = plainModel(linear, { dimensions: 3, derivative: (_, __, direction) => linear(direction) });
const traces = async (examples: number, probes: Probes) => {
  const batch = await model(new Float64Array(3 * examples));
  return (await batch.estimate(batch.values, level, probes(examples, 3))).traces;
};

test('the axes give the trace', async () => {
  for (const each of await traces(2, everyAxis())) expect(each).toBeCloseTo(trace, 12);
});

test('the mean over all signs is the trace', async () => {
  const signs: Probes = () =>
    Array.from({ length: 8 }, (_, i) => Float64Array.of(i & 1 ? 1 : -1, i & 2 ? 1 : -1, i & 4 ? 1 : -1));
  for (const each of await traces(1, signs)) expect(each).toBeCloseTo(trace, 12);
});

// Variance of pᵀJp: Σ over i ≠ j of S_ij² for signs, with S = (J + Jᵀ)/√2 ; normals add 2·Σ J_ii².
test.each([
  ['signs', rademacher, 0],
  ['normals', gaussian, 2 * (0.9 ** 2 + 0.2 ** 2 + 0.6 ** 2)],
])('%s are unbiased, with the variance that theory gives', async (_, probes, diagonal) => {
  const examples = 20_000;
  const variance = (0.4 - 1.2) ** 2 + (-0.3 + 0.5) ** 2 + (0.7 + 1.1) ** 2 + diagonal;
  const all = await traces(examples, probes({ key: key(3) }));
  const average = all.reduce((sum, each) => sum + each, 0) / examples;
  const spread = all.reduce((sum, each) => sum + (each - average) ** 2, 0) / examples;
  expect(Math.abs(average - trace)).toBeLessThan(5 * Math.sqrt(variance / examples));
  expect(spread / variance).toBeGreaterThan(0.9);
  expect(spread / variance).toBeLessThan(1.1);
});

test('a batch cut in two draws the same, and probes differ from each other', () => {
  for (const probes of [rademacher, gaussian]) {
    const [first, second] = probes({ key: key(1), count: 2 })(10, 3);
    expect(first).not.toEqual(second);
    expect(probes({ key: key(1), first: 6 })(4, 3)[0]).toEqual(first?.slice(18));
  }
});

test('no probe at all is refused by name', () => {
  expect(() => rademacher({ key: key(0), count: 0 })).toThrow(expect.objectContaining({ code: 'count-not-positive' }));
});
