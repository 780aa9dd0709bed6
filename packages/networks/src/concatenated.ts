/**
 * A network that is told an image by concatenation: the image becomes further channels of `x`. For super-resolution the image is a smaller
 * copy, for inpainting the known pixels with the mask as one more channel, for colouring a grey copy. Saharia et al. 2021 (arXiv
 * 2104.07636, super-resolution), 2021 (arXiv 2111.05826, the others).
 */
import { concat, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Network } from '@tweedie/core';
import { upsampleNearest } from './upsample-nearest.js';

type Named<Name extends string> = Readonly<Record<Name, Tensor>>;

/**
 * The same network, told an image besides. `image` has the size of `x`, or a half of it, a quarter and so on: then its pixels are copied up
 * to it; what shall be interpolated, resize before. Data that are vectors are told a vector in the same way. Zeros make a good "none".
 * For inpainting, `image` is `concat([mul(x0, mask), mask], 3)` with a mask of 1 where pixels are known.
 * @param network takes the channels of `x` and then those of the image, and gives those of `x`: `unet({ channels: 3 + 1, outputs: 3, key })`
 * @throws when applied: RangeError (`image-size`) if `image` is of another size
 */
export function concatenated(network: Network): Network<Named<'image'>>;
/**
 * The same for a network whose condition has several tensors: they and `image` are one record.
 * @throws as for a network without condition
 */
export function concatenated<Condition extends Readonly<Record<keyof Condition, Tensor>>>(
  network: Network<Condition>,
): Network<Condition & Named<'image'>>;
/**
 * The same for a network whose condition is one tensor.
 * @param name what that tensor is called beside `image`, such as `'label'`
 * @throws as for a network without condition
 */
export function concatenated<Name extends string>(network: Network<Tensor>, name: Name): Network<Named<Name | 'image'>>;
export function concatenated(
  network: Network<Tensor | Readonly<Record<string, Tensor>> | undefined>,
  name?: string,
): Network<Readonly<Record<string, Tensor>>> {
  return {
    ...network,
    apply: (x, noise, { image, ...rest }, masks) =>
      tidy(() => {
        const own = Object.keys(rest).length === 0 ? undefined : rest;
        const input = concat([x, sized(image, x)], x.rank - 1);
        return network.apply(input, noise, name === undefined ? own : rest[name], masks);
      }),
  };
}

/** The image, doubled until it has the size of `x`. */
function sized(image: Tensor | undefined, x: Tensor): Tensor {
  const size = ({ shape }: Tensor): string => shape.slice(0, -1).join();
  let large = image;
  while (large?.rank === 4 && large.size > 0 && 2 * (large.shape[1] ?? 0) <= (x.shape[1] ?? 0)) large = upsampleNearest(large);
  if (large !== undefined && size(large) === size(x)) return large;
  throw invalid(
    'image-size',
    `\`image\` must be of the size of \`x\`, [${size(x)},…], or of a half of it, a quarter, …, got ${image === undefined ? 'none' : `[${image.shape}]`}`,
  );
}
