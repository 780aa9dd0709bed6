/**
 * Two-dimensional convolution (cross-correlation, as everywhere in this field) with bias, symmetric zero padding and square filters.
 * A filter of one pixel is an affine map of the channels and runs as one.
 */
import { Conv2DBackpropFilter, conv2dTranspose, engine, fused, sum, type Tensor } from '@tensorflow/tfjs-core';
import { affine } from './affine.js';
import { image, imageShape, rows } from './internal/shape.js';
import { withGradient } from './internal/with-gradient.js';

/**
 * Convolves a batch of images.
 * @param x `[batch, height, width, inputs]`
 * @param filter `[size, size, inputs, outputs]`; padded so that stride 1 keeps height and width when `size` is odd
 * @param bias `[outputs]`
 * @param stride 1 keeps the size, 2 halves it (rounding up)
 */
export function convolve(x: Tensor, filter: Tensor, bias: Tensor, stride = 1): Tensor {
  const [size] = imageShape(filter);
  if (size === 1 && stride === 1) return affine(x, filter, bias);
  const pad = (size - 1) >> 1;
  return withGradient(
    [x, filter, bias],
    () => ({
      value: fused.conv2d({ x: image(x), filter: image(filter), strides: stride, pad, bias }),
      saved: [x, filter] as const,
    }),
    (dy, [x, filter]) => [
      conv2dTranspose(image(dy), image(filter), imageShape(x), stride, pad),
      // tfjs-core has this operation but does not export it
      engine().runKernel<Tensor>(
        Conv2DBackpropFilter,
        { x, dy },
        { strides: stride, pad, dataFormat: 'NHWC', filterShape: imageShape(filter) },
      ),
      sum(rows(dy), 0),
    ],
  );
}
