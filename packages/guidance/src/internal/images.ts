import { type Rank, reshape, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';

/**
 * A batch of images by its type, with its sides.
 * @throws RangeError (`not-an-image-batch`) unless `x` is `[batch, height, width, channels]`
 */
export function imagesOf(x: Tensor): { images: Tensor4D; height: number; width: number; channels: number } {
  const [batch, height, width, channels] = x.shape;
  if (x.rank !== 4 || batch === undefined || height === undefined || width === undefined || channels === undefined)
    throw invalid('not-an-image-batch', `an image batch must have shape [batch, height, width, channels], got [${x.shape}]`);
  return { images: reshape<Rank.R4>(x, [batch, height, width, channels]), height, width, channels };
}
