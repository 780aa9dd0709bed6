import { expect, test } from 'vitest';
import { difference } from './compare.js';

test('an element passes within abs or within rel', () => {
  const tolerance = { abs: 1e-6, rel: 1e-3 };
  expect(
    difference(
      [
        [1000.9, 5e-7],
        [1000, 0],
      ],
      tolerance,
    ),
  ).toBeUndefined();
  expect(
    difference(
      [
        [1002, 0],
        [1000, 0],
      ],
      tolerance,
    ),
  ).toMatch(/1 of 2 elements differ; the worst, at 0/);
  expect(
    difference(
      [
        [0, 2e-6],
        [0, 0],
      ],
      tolerance,
    ),
  ).toMatch(/at 1/);
});

test('what is not finite equals only itself', () => {
  const expected = ['NaN', 'Infinity', '-Infinity'];
  expect(difference([[Number.NaN, Infinity, -Infinity], expected], { rel: 1 })).toBeUndefined();
  expect(difference([[Number.NaN, 1, -Infinity], expected], { rel: 1 })).toMatch(/at 1, is 1/);
  expect(difference([[0, Infinity, Infinity], expected], { rel: 1 })).toMatch(/2 of 3/);
  expect(difference([[Number.NaN], [1]], { abs: 1e9 })).toMatch(/1 of 1/);
});

test('lengths must agree and something must be compared', () => {
  expect(difference([[1, 2], { shape: [3, 1], data: [1, 2, 3] }], { abs: 1 })).toBe('2 elements, expected 3');
  expect(() => difference([[], []], {})).toThrow('nothing to compare');
});
