import { add, cast, div, mul, sub } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSame, random, setUp } from '../test/compare.js';

beforeAll(() => setUp());

// biome-ignore format: a table of pairs of shapes
const cases: readonly (readonly [number[], number[]])[] = [
  [[2, 3, 5], [2, 3, 5]], [[2, 3, 3, 6], [6]], [[2, 3, 3, 6], [2, 1, 1, 6]], [[2, 3, 3, 6], [2, 1, 1, 1]], [[2, 3, 3, 6], []], [[2, 3, 3, 6], [1, 3, 3, 1]],
  [[2, 3, 3, 6], [3, 1, 6]], [[2, 3, 1], [2, 1, 4]], [[7], [1]], [[1], [1, 1]], [[], []], [[4, 5], [4, 1]], [[4, 5], [1, 5]], [[2, 3, 4, 5], [2, 1, 4, 1]],
];

describe.each([add, sub, mul, div] as const)('%o', (operation) => {
  it.each(cases)('%j with %j', (left, right) =>
    expectSame(() => [operation(random(left, 1), random(right, 2)), operation(random(right, 2), random(left, 1))]),
  );
});

it('leaves integers to tfjs', () =>
  expectSame(() => {
    const [a, b] = [cast(mul(random([3, 4], 1), 9), 'int32'), cast(mul(random([4], 2), 9), 'int32')];
    return [add(a, b), mul(a, b), sub(a, b)];
  }));
