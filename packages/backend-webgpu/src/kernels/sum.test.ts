import { sum } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSame, present, random, setUp } from '../../test/compare.js';

describe.skipIf(!present)('sums on WebGPU', () => {
  beforeAll(setUp);

  it.each<[number[], number[] | number, boolean]>([
    [[1, 5], 0, false],
    [[257, 6], 0, false],
    [[20_000, 3], 0, true],
    [[2, 9, 9, 7], [0, 1, 2], false],
    [[2, 9, 9, 7], [1, 0], true],
    [[2, 3, 4], [1, 2], false],
    [[2, 3, 4], [0, 2], false],
    [[2, 3], [0, 1], false],
  ])('of %j over %j, keeping the axes: %s', (shape, axis, keepDims) => expectSame(() => sum(random(shape), axis, keepDims)));
});
