import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentialMoments, exponentialWeights } from './exponential.js';

/** `z∫₀¹ e^{z(1−τ)} f(τ) dτ` by Gauss–Legendre's rule of five points on many panels. */
function integral(z: number, f: (tau: number) => number): number {
  const points = [
    [0, 128 / 225],
    [Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3, (322 + 13 * Math.sqrt(70)) / 900],
    [-Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3, (322 + 13 * Math.sqrt(70)) / 900],
    [Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3, (322 - 13 * Math.sqrt(70)) / 900],
    [-Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3, (322 - 13 * Math.sqrt(70)) / 900],
  ] as const;
  const panels = 200;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++)
    for (const [point, weight] of points) {
      const tau = (panel + (point + 1) / 2) / panels;
      sum += (weight / 2 / panels) * z * Math.exp(z * (1 - tau)) * f(tau);
    }
  return sum;
}

describe('moments', () => {
  test.each([-30, -3, -1.01, -1, -0.99, -0.1, -1e-9, 1e-9, 0.1, 0.99, 1, 1.01, 3, 30])('are the integrals at z = %d', (z) => {
    for (const [k, moment] of exponentialMoments(z, 5).entries())
      expect(Math.abs(moment / integral(z, (tau) => tau ** k) - 1)).toBeLessThan(1e-13);
  });

  test('are −1 at z = −∞ and 0 at z = 0', () => {
    expect(exponentialMoments(-Infinity, 4)).toEqual([-1, -1, -1, -1]);
    expect(exponentialMoments(0, 4)).toEqual([0, 0, 0, 0]);
  });
});

test('weights integrate the polynomial through their nodes', () => {
  const gap = fc.double({ min: 0.2, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(gap, { minLength: 0, maxLength: 3 }),
      fc.boolean(),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      fc.double({ min: -8, max: 8, noNaN: true }),
      (gaps, ahead, coefficients, z) => {
        let node = 0;
        const nodes = [0, ...gaps.map((by) => (node -= by)), ...(ahead ? [1] : [])];
        const polynomial = (tau: number) => nodes.reduce((sum, _, k) => sum + (coefficients[k] ?? 0) * tau ** k, 0);
        const weights = exponentialWeights(nodes, z);
        const found = weights.reduce((sum, weight, i) => sum + weight * polynomial(nodes[i] ?? 0), 0);
        const size = weights.reduce((sum, weight, i) => sum + Math.abs(weight * polynomial(nodes[i] ?? 0)), 1);
        expect(Math.abs(found - integral(z, polynomial))).toBeLessThan(1e-11 * size);
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});
