import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adamsWeights, decayingMoments, exponentialAdamsWeights, lagrangeWeights } from './adams.js';

const close = (actual: readonly number[], expected: readonly number[], tolerance = 1e-13) =>
  expected.forEach(
    (value, i) => void expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value))),
  );

test.each([
  [2, [3 / 2, -1 / 2]],
  [3, [23 / 12, -16 / 12, 5 / 12]],
  [4, [55 / 24, -59 / 24, 37 / 24, -9 / 24]],
  [5, [1901 / 720, -2774 / 720, 2616 / 720, -1274 / 720, 251 / 720]],
])('even steps give the Adams–Bashforth weights of order %i', (order, expected) =>
  close(
    adamsWeights(
      Array.from({ length: order }, (_, i) => -i),
      1,
    ),
    expected,
  ),
);

test('with the end of the step among the nodes they are those of Adams and Moulton', () =>
  close(adamsWeights([1, 0, -1, -2], 1), [9 / 24, 19 / 24, -5 / 24, 1 / 24]));

// Any polynomial of a degree below the number of nodes is integrated exactly, from any nodes.
const gaps = fc.array(fc.double({ min: 0.2, max: 3, noNaN: true }), { minLength: 0, maxLength: 3 });
const nodesOf = (steps: readonly number[]) =>
  Array.from({ length: steps.length + 1 }, (_, i) => -steps.slice(0, i).reduce((sum, step) => sum + step, 0));
const end = fc.double({ min: 0, max: 4, noNaN: true });

test('polynomials are integrated exactly on uneven nodes', () => {
  fc.assert(
    fc.property(gaps, end, fc.double({ min: -2, max: 2, noNaN: true }), (steps, h, centre) => {
      const nodes = nodesOf(steps);
      const degree = nodes.length - 1;
      const integral = ((h - centre) ** (degree + 1) - (-centre) ** (degree + 1)) / (degree + 1);
      const sum = adamsWeights(nodes, h).reduce((total, weight, i) => total + weight * ((nodes[i] ?? 0) - centre) ** degree, 0);
      expect(Math.abs(sum - integral)).toBeLessThan(1e-9 * Math.max(1, Math.abs(integral)));
    }),
    { numRuns: 300, seed: 1 },
  );
});

describe('decaying moments', () => {
  test('of the whole half-line are factorials', () => expect(decayingMoments(5, Infinity)).toEqual([1, 1, 2, 6, 24]));

  test('of nothing are none', () => expect(decayingMoments(4, 0)).toEqual([0, 0, 0, 0]));

  // d/dh ∫₀^h e^(−u) u^k du = e^(−h) h^k, by Simpson's rule on a fine grid.
  test.each([1e-6, 1e-3, 0.1, 1, 3, 7.9, 8.1, 30, 800])('are those of a fine quadrature, h = %d', (h) => {
    const top = Math.min(h, 60);
    const cells = 20000;
    const moments = decayingMoments(4, h);
    for (const [k, moment] of moments.entries()) {
      const f = (i: number) => Math.exp((-i * top) / cells) * ((i * top) / cells) ** k;
      let sum = 0;
      for (let i = 0; i < cells; i += 2) sum += f(i) + 4 * f(i + 1) + f(i + 2);
      expect(moment / ((sum * top) / cells / 3)).toBeCloseTo(1, 10);
    }
  });

  test('have no seam where the recursion turns', () => {
    const [below, above] = [8, 8 + 1e-13].map((h) => decayingMoments(4, h));
    close(above ?? [], below ?? [], 1e-12);
  });
});

test('exponential weights are exact for polynomials, and are the weights without the exponential in the limit of no step', () => {
  fc.assert(
    fc.property(gaps, fc.double({ min: 1e-4, max: 50, noNaN: true }), (steps, h) => {
      const nodes = nodesOf(steps);
      const degree = nodes.length - 1;
      const sum = exponentialAdamsWeights(nodes, h).reduce((total, weight, i) => total + weight * (nodes[i] ?? 0) ** degree, 0);
      const moment = decayingMoments(nodes.length, h)[degree] ?? 0;
      expect(Math.abs(sum - moment)).toBeLessThan(1e-9 * Math.max(1, moment));
    }),
    { numRuns: 300, seed: 2 },
  );
  const nodes = [0, -1, -2.5];
  const small = 1e-6;
  const [plain, exponential] = [adamsWeights(nodes, small), exponentialAdamsWeights(nodes, small)];
  exponential.forEach((weight, i) => void expect(weight / (plain[i] ?? 0)).toBeCloseTo(1, 5));
});

test('weights of the unit mass are the value there', () => close(lagrangeWeights([0, -1, -3], [1, 0, 0]), [1, 0, 0]));
