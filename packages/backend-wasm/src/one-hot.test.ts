import { oneHot, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, setUp } from '../test/compare.js';

describe.each(['simd', 'composed'] as const)('one-hot vectors, %s', (kind) => {
  beforeAll(() => setUp(kind));
  const indices = () => tensor([2, 0, -1, 3, 1], [5], 'int32');

  it.each(['float32', 'int32'] as const)('of %s', (dtype) => expectSame(() => oneHot(indices(), 3, 1, 0, dtype), undefined, 0));
  it('with values of choice, and axes', () =>
    expectSame(() => oneHot(tensor([[1], [0]], [2, 1], 'int32'), 2, 2.5, -0.5, 'float32')));
  it('leave nothing where there is nothing', () => {
    const empty = oneHot(tensor([], [0], 'int32'), 3, 1, 0, 'float32');
    expect(empty.shape).toEqual([0, 3]);
    empty.dispose();
  });
});
