/**
 * Nearest-neighbour upsampling by two, from copies alone: tfjs's own resize has a wrong gradient on its cpu backend for more
 * than one sample. The gradient sums each 2×2 square. Runs the kernels `UpsampleNearest2x` {x} and `UpsampleNearest2xGrad` {dy}
 * where the backend has them.
 */
import { avgPool, concat, mul, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { customKernel } from './internal/custom-kernel.js';
import { image, imageShape } from './internal/shape.js';
import { withGradient } from './internal/with-gradient.js';

/**
 * Every pixel four times: `[batch, height, width, channels]` to `[batch, 2·height, 2·width, channels]`.
 * @throws RangeError (`not-an-image-batch`) if `x` has another rank
 */
export function upsampleNearest(x: Tensor): Tensor {
  imageShape(x);
  return withGradient(
    [x],
    () => ({ value: customKernel('UpsampleNearest2x', { x })?.[0] ?? doubled(x), saved: [] as const }),
    (dy) => [customKernel('UpsampleNearest2xGrad', { dy })?.[0] ?? pooled(dy)],
  );
}

function doubled(x: Tensor): Tensor {
  return tidy(() => {
    const [batch, height, width, channels] = imageShape(x);
    const pixels = reshape(x, [batch * height * width, channels]);
    const rows = reshape(concat([pixels, pixels], 1), [batch * height, 2 * width * channels]);
    return reshape(concat([rows, rows], 1), [batch, 2 * height, 2 * width, channels]);
  });
}

function pooled(dy: Tensor): Tensor {
  return tidy(() => mul(avgPool(image(dy), 2, 2, 'valid'), 4));
}
