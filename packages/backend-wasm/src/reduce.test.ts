import { mean, sum } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSame, random, setUp } from '../test/compare.js';

beforeAll(() => setUp());

// biome-ignore format: a table of shapes and axes
const cases: readonly (readonly [number[], number[] | undefined])[] = [
  [[3, 5, 7, 6], [0, 1, 2]], [[3, 5, 7, 6], [1, 2]], [[3, 5, 7, 6], [3]], [[3, 5, 7, 6], [1, 2, 3]], [[3, 5, 7, 6], undefined], [[3, 5, 7, 6], [0, 2]],
  [[2, 600, 20], [1]], [[300, 33], [0]], [[5000], [0]], [[4, 1, 8], [0, 2]], [[4, 9], [-1]], [[1, 1], [0]], [[6], []],
];

describe.each([true, false])('keeping dimensions: %s', (keep) => {
  it.each(cases)('sum and mean of %j over %j', (shape, axis) =>
    expectSame(() => [sum(random(shape), axis, keep), mean(random(shape), axis, keep)]),
  );
});
