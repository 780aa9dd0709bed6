import { expect, test } from 'vitest';
import { phi } from './phi.js';

/** The defining integral, by Simpson's rule. */
function integral(k: number, z: number): number {
  const n = 2000;
  const factorial = [1, 1, 2, 6][k - 1] ?? Number.NaN;
  const at = (s: number) => (Math.exp((1 - s) * z) * s ** (k - 1)) / factorial;
  let sum = at(0) + at(1);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * at(i / n);
  return sum / (3 * n);
}

test.each([1, 2, 3, 4])('phi %i is its defining integral, and smooth where the two ways of computing meet', (k) => {
  for (const z of [-12, -3, -1.001, -1, -0.999, -0.5, -1e-9, 0, 1e-9, 0.3, 0.999, 1, 1.001, 4, 12])
    expect(Math.abs(phi(k, z) / integral(k, z) - 1), `z = ${z}`).toBeLessThan(1e-9);
  expect(phi(k, 0)).toBe([1, 1 / 2, 1 / 6, 1 / 24][k - 1]);
});
