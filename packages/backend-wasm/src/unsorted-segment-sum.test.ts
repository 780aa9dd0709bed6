import { gather, grads, mul, sum, type Tensor, tensor, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSame, random, setUp } from '../test/compare.js';

describe.each(['simd', 'composed'] as const)('segment sums, %s', (kind) => {
  beforeAll(() => setUp(kind));

  it.each([[[7, 5]], [[7]], [[7, 2, 3]], [[7, 8]]])('add up rows of %j', (shape) =>
    expectSame(() => unsortedSegmentSum(random(shape), tensor([0, 3, 3, 1, 0, 3, 5], [7], 'int32') as never, 6)),
  );

  it('leave out ids outside the range', () =>
    expectSame(() => unsortedSegmentSum(random([4, 3]), tensor([0, -1, 1, 1], [4], 'int32') as never, 2)));

  it('are the gradient of gather', () =>
    expectSame(() => {
      const ids = tensor([2, 0, 2, 1], [4], 'int32');
      return grads((table: Tensor) => sum(mul(gather(table, ids), random([4, 6], 1))))([random([3, 6])]);
    }));
});
