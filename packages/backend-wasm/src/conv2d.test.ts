import {
  conv2d,
  fused,
  grads,
  mul,
  setBackend,
  slice,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, image, random, setUp } from '../test/compare.js';

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

/** Odd sizes, one channel, one sample, channel counts around multiples of 4 and 8, all kernels and strides that a U-Net has. */
const cases: readonly Case[] = [
  { n: 1, h: 1, w: 1, i: 1, o: 1, kernel: [1, 1], stride: 1, pad: 'same' },
  { n: 2, h: 14, w: 14, i: 8, o: 16, kernel: [3, 3], stride: 1, pad: 'same' },
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
  { n: 2, h: 6, w: 6, i: 5, o: 12, kernel: [3, 3], stride: 1, pad: 'same' },
  { n: 1, h: 6, w: 9, i: 2, o: 3, kernel: [5, 3], stride: [1, 3], pad: 'same' },
  { n: 1, h: 4, w: 4, i: 2, o: 2, kernel: [3, 3], stride: 1, pad: 4 },
  { n: 1, h: 40, w: 40, i: 3, o: 8, kernel: [7, 7], stride: 1, pad: 'same' },
];

describe.each(['simd', 'composed'] as const)('convolution and its gradients, %s', (kind) => {
  beforeAll(() => setUp(kind));
  it.each(cases)(
    '$n x $h x $w, $i to $o channels, kernel $kernel, stride $stride, pad $pad',
    async ({ n, h, w, i, o, kernel, stride, pad }) => {
      const convolve = (x: Tensor4D, filter: Tensor4D) =>
        conv2d(x, filter, stride, pad, 'NHWC', 1, typeof pad === 'number' ? 'floor' : undefined);
      const inputs = () => [image([n, h, w, i], 1), image([...kernel, i, o], 2)] as const;
      await expectSame(() => convolve(...inputs()));
      await expectSame(() =>
        grads((x: Tensor, filter: Tensor) =>
          sum(mul(convolve(x as Tensor4D, filter as Tensor4D), convolve(image([n, h, w, i], 3), image([...kernel, i, o], 4)))),
        )([...inputs()]),
      );
    },
  );

  it('adds a bias', () =>
    expectSame(() => {
      const [x, filter] = [image([2, 5, 5, 3], 1), image([3, 3, 3, 11], 2)];
      return fused.conv2d({ x, filter, strides: 1, pad: 'same', bias: random([11], 3) as Tensor1D });
    }));

  it('leaves activations, dilations and other layouts to tfjs', () =>
    expectSame(() => {
      const [x, filter] = [image([2, 9, 9, 3], 1), image([3, 3, 3, 4], 2)];
      const bias = random([4], 3) as Tensor1D;
      return [
        fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' }),
        conv2d(x, filter, 1, 'same', 'NHWC', 2),
      ];
    }));
});

it('pads kernels smaller than the stride as it should, which tfjs 4.22 does not', async () => {
  await setUp();
  await expectSame(() => conv2d(image([1, 6, 9, 2], 1), image([2, 2, 2, 3], 2), [1, 3], 'same'));
});

it('gives an image the same result, to the bit, in any batch', async () => {
  await setUp();
  await setBackend('wasm');
  const [x, filter] = [image([5, 7, 7, 6], 1), image([3, 3, 6, 10], 2)];
  const together = slice(conv2d(x, filter, 1, 'same'), [3, 0, 0, 0], [1, 7, 7, 10]);
  const alone = conv2d(slice(x, [3, 0, 0, 0], [1, 7, 7, 6]), filter, 1, 'same');
  expect([...alone.dataSync()]).toEqual([...together.dataSync()]);
});

it('refuses a filter that does not fit into the padded image', async () => {
  await setBackend('wasm');
  expect(() => conv2d(image([2, 7, 3, 3]), image([7, 7, 3, 4]), 1, 1)).toThrow(/must fit into the image/);
});
