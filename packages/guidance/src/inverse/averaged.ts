/** Super-resolution as a linear measurement: each square of `factor × factor` pixels is seen as its mean, so that `A·Aᵀ = I/factor²`. */
import { avgPool, div, image, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { imagesOf } from '../internal/images.js';
import type { LinearOperator } from './linear-operator.js';

/**
 * Means of squares of pixels, from `[batch, height, width, channels]` to `[batch, height/factor, width/factor, channels]`. It throws a
 * RangeError (`not-an-image-batch`), and (`size-indivisible`) at an image whose sides `factor` does not divide.
 * @param factor side of the squares in pixels, a positive integer; 1 changes nothing
 * @throws RangeError (`factor-not-positive`)
 */
export function averaged(factor: number): LinearOperator {
  if (!Number.isInteger(factor) || factor < 1)
    throw invalid('factor-not-positive', `\`factor\` must be a positive integer, got ${factor}`);
  return {
    apply: (x) =>
      tidy(() => {
        const { images, height, width } = imagesOf(x);
        if (height % factor !== 0 || width % factor !== 0)
          throw invalid('size-indivisible', `height and width must be multiples of ${factor}, got ${height} and ${width}`);
        return avgPool(images, factor, factor, 'valid');
      }),
    adjoint: (y) =>
      tidy(() => {
        const { images, height, width } = imagesOf(y);
        return div(image.resizeNearestNeighbor(images, [height * factor, width * factor]), factor ** 2);
      }),
    gram: 1 / factor ** 2,
  };
}
