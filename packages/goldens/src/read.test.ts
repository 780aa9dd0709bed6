import { expect, test } from 'vitest';
import { number, numbers, shape, slices } from './read.js';

test('arrays of any shape are read in row-major order', () => {
  const array = { shape: [2, 1, 2], data: [1, 2, 'NaN', 4] };
  expect([...numbers(array)]).toEqual([1, 2, Number.NaN, 4]);
  expect(shape(array)).toEqual([2, 1, 2]);
  expect(slices(array).map((slice) => [...slice])).toEqual([
    [1, 2],
    [Number.NaN, 4],
  ]);
  const nested = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  expect([...numbers(nested)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(shape(nested)).toEqual([2, 3]);
  expect(slices([])).toEqual([]);
});

test('numbers come as numbers or as the names of what JSON cannot write', () => {
  expect(number('-Infinity')).toBe(-Infinity);
  expect(() => number('1')).toThrow('expected a number in a golden case, got "1"');
  expect(() => number(undefined)).toThrow('got undefined');
});
