import { addN } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSame, present, random, setUp } from '../../test/compare.js';

describe.skipIf(!present)('sums of tensors on WebGPU', () => {
  beforeAll(setUp);

  // Devices bind from 8 on.
  it.each([1, 2, 7, 8, 15, 16, 60])('of %i tensors', (count) =>
    expectSame(() => addN(Array.from({ length: count }, (_, i) => random([3, 7], i)))),
  );
  it('of scalars', () => expectSame(() => addN(Array.from({ length: 60 }, (_, i) => random([], i)))));
});
