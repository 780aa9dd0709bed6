/**
 * Deblurring as a linear measurement: each channel is correlated with one kernel,
 *
 *     (A·x)(i) = Σⱼ kernel(j)·x(i + j − centre)
 *
 * whose adjoint does the same with the kernel turned by 180°. Outside, the image is 0 or goes on at its other side.
 */
import { concat, depthwiseConv2d, slice, type Tensor4D, tensor4d, tidy, tile } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { imagesOf } from '../internal/images.js';
import type { LinearOperator } from './linear-operator.js';

/**
 * Blurs `[batch, height, width, channels]` and keeps its size. It throws a RangeError (`not-an-image-batch`).
 * @param kernel by rows, as many as columns, an odd number
 * @param options.boundary what lies outside: `'zero'` (default), or `'circular'`, the other side of the image, whose sides must then be at
 * least half the kernel's
 * @throws RangeError (`kernel-not-odd`), (`kernel-not-finite`)
 */
export function blurred(
  kernel: readonly (readonly number[])[],
  options: { readonly boundary?: 'zero' | 'circular' } = {},
): LinearOperator {
  const { boundary = 'zero' } = options;
  const size = kernel.length;
  const uneven = kernel.find((row) => row.length !== size);
  if (size % 2 === 0 || uneven !== undefined)
    throw invalid(
      'kernel-not-odd',
      `\`kernel\` must be a square of an odd side, got ${size} rows, one of length ${(uneven ?? kernel[0])?.length}`,
    );
  const values = kernel.flat();
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw invalid('kernel-not-finite', `\`kernel\` must be finite, got ${bad}`);

  const correlated =
    (weights: number[]): LinearOperator['apply'] =>
    (x) =>
      tidy(() => {
        const { images, channels } = imagesOf(x);
        const filter = tile(tensor4d(weights, [size, size, 1, 1]), [1, 1, channels, 1]);
        if (boundary === 'zero') return depthwiseConv2d(images, filter, 1, 'same');
        return depthwiseConv2d(wrapped(wrapped(images, 1, size >> 1), 2, size >> 1), filter, 1, 'valid');
      });
  return { apply: correlated(values), adjoint: correlated(values.toReversed()) };
}

/** `x` with `margin` pixels of the other side before and behind it. */
function wrapped(x: Tensor4D, axis: 1 | 2, margin: number): Tensor4D {
  if (margin === 0) return x;
  const begin = [0, 0, 0, 0];
  const size = [-1, -1, -1, -1];
  begin[axis] = (x.shape[axis] ?? 0) - margin;
  const before = slice(x, begin, size);
  size[axis] = margin;
  return concat([before, x, slice(x, 0, size)], axis);
}
