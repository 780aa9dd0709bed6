/**
 * Averages of 2×2 pixels. Value and gradient are each other's: a quarter of the sum of each square, and a quarter to each pixel. Runs the
 * kernels `UpsampleNearest2x` {x} and `UpsampleNearest2xGrad` {dy}, where the backend has them.
 */
import { avgPool, mul, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { customKernel } from './internal/custom-kernel.js';
import { image, imageShape } from './internal/shape.js';
import { withGradient } from './internal/with-gradient.js';
import { upsampleNearest } from './upsample-nearest.js';

/**
 * Halves height and width: `[batch, height, width, channels]` to `[batch, height/2, width/2, channels]`.
 * @throws RangeError (`length-odd`) if height or width is odd
 */
export function averagePool(x: Tensor): Tensor {
  const [, height, width] = imageShape(x);
  if (height % 2 !== 0 || width % 2 !== 0)
    throw invalid('length-odd', `height and width must be even, got ${height} and ${width}`);
  return withGradient(
    [x],
    () => {
      const [sums] = customKernel('UpsampleNearest2xGrad', { dy: x }) ?? [];
      return { value: sums === undefined ? avgPool(image(x), 2, 2, 'valid') : mul(sums, 0.25), saved: [] as const };
    },
    (dy) => [upsampleNearest(mul(dy, 0.25))],
  );
}
