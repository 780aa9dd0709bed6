/** The sizes that all three kernels of a convolution need, from tfjs's attributes. */
import { backend_util } from '@tensorflow/tfjs-core';

/** Attributes as tfjs-core hands them to Conv2D and its gradients. */
export interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes of a convolution, and the image with zeros around it that its windows lie in. */
export interface ConvShape {
  readonly info: backend_util.Conv2DInfo;
  /** `[batch, h, w, ci, oh, ow, co, kh, kw, sh, sw, top, left]`, in the order of the module's arguments. */
  readonly sizes: readonly number[];
  readonly paddedHeight: number;
  readonly paddedWidth: number;
  /** Whether the windows reach beyond the input. */
  readonly reachesOut: boolean;
}

/**
 * Sizes of a convolution, or `undefined` for those we leave to tfjs: NCHW, dilated, without a pixel in the output.
 * @throws RangeError if the filter does not fit into the padded image, by the sizes that tfjs computes, where tfjs would go on outside its memory
 */
export function convShape(attributes: ConvAttributes, x: readonly number[], filter: readonly number[]): ConvShape | undefined {
  const { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode } = attributes;
  if (dataFormat !== 'NHWC') return undefined;
  const info = backend_util.computeConv2DInfo(
    [x[0] ?? 0, x[1] ?? 0, x[2] ?? 0, x[3] ?? 0],
    [filter[0] ?? 0, filter[1] ?? 0, filter[2] ?? 0, filter[3] ?? 0],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return undefined;
  if (info.outHeight < 0 || info.outWidth < 0)
    throw new RangeError(`the filter [${filter}] must fit into the image [${x}] with padding ${JSON.stringify(pad)}`);
  if (info.outHeight === 0 || info.outWidth === 0) return undefined;
  const { padInfo, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left } = padInfo;
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  return {
    info,
    // biome-ignore format: one line of sizes
    sizes: [info.batchSize, info.inHeight, info.inWidth, info.inChannels, outHeight, outWidth, info.outChannels, filterHeight, filterWidth, strideHeight, strideWidth, top, left],
    paddedHeight,
    paddedWidth,
    reachesOut: top > 0 || left > 0 || paddedHeight > info.inHeight || paddedWidth > info.inWidth,
  };
}
