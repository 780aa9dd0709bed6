import { grads, mul, ones, reshape, setBackend, sum, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, present, random, run, setUp } from '../../test/compare.js';

function defined(x: Tensor): Tensor {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  return reshape(mul(reshape(x, [n * h, 1, w, 1, c]), ones([1, 2, 1, 2, 1])), [n, 2 * h, 2 * w, c]);
}

describe.skipIf(!present)('nearest-neighbour upsampling on WebGPU', () => {
  beforeAll(setUp);

  it.each([[[2, 3, 5, 8]], [[1, 1, 1, 1]], [[3, 7, 2, 6]], [[2, 4, 4, 3]]])('repeats every pixel of %j', async (shape) => {
    const [n = 1, h = 1, w = 1, c = 1] = shape;
    const dy = () => random([n, 2 * h, 2 * w, c], 1);
    await expectSame(
      () => defined(random(shape)),
      () => run('UpsampleNearest2x', { x: random(shape) }),
      0,
    );
    await expectSame(
      () => grads((x: Tensor) => sum(mul(defined(x), dy())))([random(shape)]),
      () => run('UpsampleNearest2xGrad', { dy: dy() }),
    );
  });

  it('refuses odd sizes', async () => {
    await setBackend('webgpu');
    expect(() => run('UpsampleNearest2xGrad', { dy: random([1, 3, 4, 1]) })).toThrow(/even height and width/);
  });
});
