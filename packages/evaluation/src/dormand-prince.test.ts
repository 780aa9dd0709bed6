import { expect, test } from 'vitest';
import { dormandPrince } from './dormand-prince.js';

const tight = { rtol: 1e-11, atol: 1e-11 };

test('a rotation comes round, either way', async () => {
  const slope = (_: number, [x = 0, y = 0]: Float64Array) => Float64Array.of(-y, x);
  for (const to of [2 * Math.PI, -2 * Math.PI]) {
    const { y, evaluations } = await dormandPrince(slope, { from: 0, to, start: Float64Array.of(1, 0), ...tight });
    expect(y[0]).toBeCloseTo(1, 9);
    expect(y[1]).toBeCloseTo(0, 9);
    expect(evaluations % 6).toBe(2); // two to begin with, then six a step
  }
});

test('order 5: a tolerance 10⁵ times smaller takes about ten times the steps and is kept', async () => {
  const solve = (tolerance: number) =>
    dormandPrince((t, [y = 0]) => Float64Array.of(y * Math.cos(t)), {
      from: 0,
      to: 10,
      start: Float64Array.of(1),
      rtol: tolerance,
      atol: tolerance,
    });
  const [loose, close] = await Promise.all([solve(1e-6), solve(1e-11)]);
  expect(Math.abs((close.y[0] ?? 0) - Math.exp(Math.sin(10)))).toBeLessThan(1e-9);
  expect(close.evaluations / loose.evaluations).toBeGreaterThan(7);
  expect(close.evaluations / loose.evaluations).toBeLessThan(13);
});

test('polynomials of degree 5 are exact, in very few steps', async () => {
  const { y, evaluations } = await dormandPrince((t) => Float64Array.of(5 * t ** 4), {
    from: 0,
    to: 1,
    start: Float64Array.of(0),
    rtol: 1e-3,
    atol: 1e-3,
  });
  expect(y[0]).toBeCloseTo(1, 14);
  expect(evaluations).toBeLessThan(50);
});

test('nothing to do is nothing done', async () => {
  const start = Float64Array.of(3);
  const { y, evaluations } = await dormandPrince(() => Float64Array.of(1), { from: 2, to: 2, start });
  expect([...y, evaluations]).toEqual([3, 0]);
  expect(y).not.toBe(start);
});

test.each([
  ['a slope of NaN', 'slope-not-finite', () => Float64Array.of(Number.NaN), {}],
  ['a blow-up', 'step-underflow', (_: number, [y = 0]: Float64Array) => Float64Array.of(y * y), { to: 2 }],
  ['no tolerance', 'tolerance-not-positive', () => Float64Array.of(1), { rtol: 0 }],
])('%s is a named error', async (_, code, slope, options) => {
  const run = dormandPrince(slope, { from: 0, to: 1, start: Float64Array.of(1), ...options });
  await expect(run).rejects.toMatchObject({ code });
});

test('an abort ends it with its reason', async () => {
  const controller = new AbortController();
  const slope = (t: number) => {
    if (t > 0.5) controller.abort('enough');
    return Float64Array.of(Math.cos(50 * t));
  };
  const run = dormandPrince(slope, { from: 0, to: 1, start: Float64Array.of(0), ...tight, signal: controller.signal });
  await expect(run).rejects.toBe('enough');
});
