/**
 * Patches as channels and back, by reshape and transpose: tfjs's `DepthToSpace` has no gradient. Pixel (i, j) of a patch of size p is
 * channels `(i·p + j)·channels` onward.
 */
import { type Rank, reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { imageShape } from './internal/shape.js';

/**
 * `[batch, height, width, channels]` to `[batch, height/patch, width/patch, patch²·channels]`.
 * @throws RangeError (`patch-does-not-divide`) if `patch` does not divide height and width
 */
export function spaceToDepth(x: Tensor, patch: number): Tensor {
  const [batch, height, width, channels] = imageShape(x);
  const [h, w] = [height / patch, width / patch];
  if (!(Number.isInteger(h) && Number.isInteger(w)))
    throw invalid('patch-does-not-divide', `\`patch\` must divide height and width, ${height} and ${width}, got ${patch}`);
  return tidy(() => {
    const split = reshape<Rank.R5>(x, [batch, h, patch, w, patch * channels]);
    return reshape(transpose(split, [0, 1, 3, 2, 4]), [batch, h, w, patch * patch * channels]);
  });
}

/**
 * `[batch, height, width, patch²·channels]` to `[batch, patch·height, patch·width, channels]`, the inverse of {@link spaceToDepth}.
 * @throws RangeError (`patch-does-not-divide`) if `patch²` does not divide the number of channels
 */
export function depthToSpace(x: Tensor, patch: number): Tensor {
  const [batch, height, width, depth] = imageShape(x);
  const channels = depth / (patch * patch);
  if (!Number.isInteger(channels))
    throw invalid('patch-does-not-divide', `\`patch\`² must divide the number of channels, ${depth}, got ${patch}`);
  return tidy(() => {
    const split = reshape<Rank.R5>(x, [batch, height, width, patch, patch * channels]);
    return reshape(transpose(split, [0, 1, 3, 2, 4]), [batch, patch * height, patch * width, channels]);
  });
}
