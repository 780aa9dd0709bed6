import { conv2d, grad, grads, mul, slice, square, sum, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, image, on, present, run, setUp } from '../../test/compare.js';

type Case = {
  n: number;
  h: number;
  w: number;
  i: number;
  o: number;
  kernel: [number, number];
  stride: number | [number, number];
  pad: 'same' | 'valid' | number;
};

/** Odd sizes, one channel, one sample, channel counts around multiples of 4 and 32, all kernels and strides that a U-Net has. */
const cases: readonly Case[] = [
  { n: 1, h: 1, w: 1, i: 1, o: 1, kernel: [1, 1], stride: 1, pad: 'same' },
  { n: 2, h: 14, w: 14, i: 8, o: 16, kernel: [3, 3], stride: 1, pad: 'same' },
  { n: 1, h: 9, w: 7, i: 36, o: 40, kernel: [3, 3], stride: 1, pad: 'same' },
  { n: 3, h: 7, w: 7, i: 5, o: 3, kernel: [3, 3], stride: 1, pad: 'same' },
  { n: 1, h: 9, w: 5, i: 1, o: 12, kernel: [3, 3], stride: 1, pad: 'same' },
  { n: 2, h: 6, w: 6, i: 4, o: 1, kernel: [3, 3], stride: 1, pad: 'same' },
  { n: 2, h: 8, w: 8, i: 6, o: 9, kernel: [3, 3], stride: 2, pad: 'same' },
  { n: 2, h: 7, w: 9, i: 3, o: 4, kernel: [3, 3], stride: 2, pad: 1 },
  { n: 2, h: 8, w: 8, i: 4, o: 8, kernel: [3, 3], stride: 2, pad: 1 },
  { n: 2, h: 11, w: 8, i: 7, o: 2, kernel: [4, 4], stride: 2, pad: 'valid' },
  { n: 2, h: 10, w: 10, i: 3, o: 5, kernel: [2, 2], stride: 3, pad: 'valid' },
  { n: 2, h: 5, w: 5, i: 10, o: 13, kernel: [1, 1], stride: 1, pad: 'valid' },
  { n: 2, h: 6, w: 7, i: 8, o: 8, kernel: [1, 1], stride: 2, pad: 'valid' },
  { n: 1, h: 6, w: 9, i: 2, o: 3, kernel: [5, 3], stride: [1, 3], pad: 'same' },
  { n: 1, h: 4, w: 4, i: 2, o: 2, kernel: [3, 3], stride: 1, pad: 4 },
  { n: 1, h: 17, w: 17, i: 3, o: 8, kernel: [7, 7], stride: 1, pad: 'same' },
];

describe.skipIf(!present)('the gradients of a convolution on WebGPU', () => {
  beforeAll(setUp);

  it.each(cases)(
    '$n x $h x $w, $i to $o channels, kernel $kernel, stride $stride, pad $pad',
    async ({ n, h, w, i, o, kernel, stride, pad }) => {
      const convolve = (x: Tensor4D, filter: Tensor4D) =>
        conv2d(x, filter, stride, pad, 'NHWC', 1, typeof pad === 'number' ? 'floor' : undefined);
      const inputs = () => [image([n, h, w, i], 1), image([...kernel, i, o], 2)] as const;
      await expectSame(() =>
        grads((x: Tensor, filter: Tensor) =>
          sum(mul(convolve(x as Tensor4D, filter as Tensor4D), convolve(image([n, h, w, i], 3), image([...kernel, i, o], 4)))),
        )([...inputs()]),
      );
    },
  );

  it('can be differentiated again', () =>
    expectSame(() => {
      const filter = image([3, 3, 8, 8], 2);
      const slope = (x: Tensor) => grad((x: Tensor) => sum(square(conv2d(x as Tensor4D, filter, 1, 'same'))))(x);
      return grad((x: Tensor) => sum(square(slope(x))))(image([2, 5, 5, 8], 1));
    }));

  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC' };

  it('by the filter is the same, to the bit, each time', async () => {
    const gradient = () =>
      run(
        'Conv2DBackpropFilter',
        { x: image([3, 15, 15, 8], 1), dy: image([3, 15, 15, 12], 2) },
        { ...attributes, filterShape: [3, 3, 8, 12] },
      );
    expect(await on('webgpu', gradient)).toEqual(await on('webgpu', gradient));
  });

  it('by the input is the same for an image, to the bit, in any batch', async () => {
    const dy = () => image([5, 7, 7, 8], 1);
    const gradient = (dy: Tensor) =>
      run(
        'Conv2DBackpropInput',
        { dy, filter: image([3, 3, 6, 8], 2) },
        { ...attributes, inputShape: [dy.shape[0], 7, 7, 6] },
      )[0] as Tensor;
    const together = await on('webgpu', () => slice(gradient(dy()), [3, 0, 0, 0], [1, 7, 7, 6]));
    expect(await on('webgpu', () => gradient(slice(dy(), [3, 0, 0, 0], [1, 7, 7, 8])))).toEqual(together);
  });
});
