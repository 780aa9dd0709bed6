import { clone, concat, memory, mul, setBackend, slice, split, type Tensor, tensor, transpose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, random, setUp } from '../test/compare.js';

beforeAll(() => setUp());

describe('concat and split', () => {
  // biome-ignore format: a table of shapes and axes
  const cases: readonly (readonly [number[], number])[] = [[[2, 3, 3, 8], 3], [[2, 3, 3, 5], -1], [[4, 3], 0], [[2, 200], 1], [[7], 0], [[2, 3, 2, 2, 2], 2]];
  it.each(cases)('%j along axis %d', (shape, axis) =>
    expectSame(
      () => {
        const length = shape.at(axis) ?? 1;
        const wide = shape.with(axis, 2 * length);
        return [
          concat([random(shape, 1), random(wide, 2)], axis),
          ...split(random(wide, 3), 2, axis),
          ...split(random(shape, 4), [1, length - 1], axis),
        ];
      },
      undefined,
      0,
    ),
  );

  it('integers and booleans', () =>
    expectSame(() => [
      concat([tensor([1, 2], [2], 'int32'), tensor([3], [1], 'int32')]),
      concat([tensor([1, 0], [2], 'bool'), tensor([1], [1], 'bool')]),
    ]));
});

describe('slice', () => {
  // biome-ignore format: a table of shapes, begins and sizes
  const cases: readonly (readonly [number[], number[], number[]])[] = [
    [[4, 5, 6, 7], [1, 1, 2, 3], [2, 3, 2, 4]], [[4, 5, 6, 7], [1, 0, 0, 0], [2, 5, 6, 7]], [[4, 5, 6, 8], [0, 0, 0, 4], [4, 5, 6, 4]], [[9], [2], [5]],
    [[3, 4], [0, 0], [3, 4]], [[2, 3, 2, 3, 2], [0, 1, 0, 1, 1], [2, 2, 1, 2, 1]], [[2, 2, 2, 2, 2, 3], [1, 0, 1, 0, 1, 1], [1, 2, 1, 2, 1, 2]], [[1, 1], [0, 0], [1, 1]],
  ];
  it.each(cases)('of %j from %j, sizes %j', (shape, begin, size) =>
    expectSame(() => slice(random(shape), begin, size), undefined, 0),
  );
});

describe('transpose', () => {
  // biome-ignore format: a table of shapes and permutations
  const cases: readonly (readonly [number[], number[]])[] = [
    [[5, 7], [1, 0]], [[3, 9, 6], [0, 2, 1]], [[2, 3, 4, 5], [0, 2, 1, 3]], [[2, 3, 4, 5], [3, 2, 1, 0]], [[2, 3, 4, 5], [3, 1, 2, 0]], [[2, 3, 4, 5], [1, 2, 0, 3]],
    [[2, 3, 2, 4, 5], [0, 1, 3, 2, 4]], [[2, 1, 4], [1, 0, 2]], [[2, 3], [0, 1]], [[8, 1, 12], [2, 1, 0]], [[2, 3, 2, 2, 3], [4, 3, 2, 1, 0]], [[1], [0]],
    [[2, 2, 3, 4], [0, 1, 3, 2]], [[2, 3, 4], [2, 0, 1]],
  ];
  it.each(cases)('%j to the order %j', (shape, perm) => expectSame(() => transpose(random(shape), perm), undefined, 0));
});

it('a clone shares its data, and outlives what it was cloned from', async () => {
  await setBackend('wasm');
  const x = random([5]);
  const values = [...x.dataSync()];
  const before = memory().numDataBuffers;
  const copy: Tensor = clone(x);
  expect(memory().numDataBuffers).toBe(before);
  x.dispose();
  for (let i = 0; i < 10; i++) mul(random([5], i), 2);
  expect([...copy.dataSync()]).toEqual(values);
});
