/** The sizes that the gradients of a convolution need, from tfjs's attributes. */
import { backend_util } from '@tensorflow/tfjs-core';

/** Attributes as tfjs-core hands them to the gradients of Conv2D. */
export interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Names of {@link convValues}, as uniforms of a shader. */
export const convNames: readonly string[] = [
  ...['batch', 'inHeight', 'inWidth', 'inChannels', 'outHeight', 'outWidth', 'outChannels'],
  ...['filterHeight', 'filterWidth', 'strideHeight', 'strideWidth', 'top', 'left'],
];

/** Sizes of a convolution by name, or `undefined` for those we leave to tfjs: NCHW, and those without a pixel in the output. */
export function convValues(
  attributes: ConvAttributes,
  x: readonly number[],
  filter: readonly number[],
):
  | Readonly<
      Record<
        | 'batch'
        | 'inHeight'
        | 'inWidth'
        | 'inChannels'
        | 'outHeight'
        | 'outWidth'
        | 'outChannels'
        | 'filterHeight'
        | 'filterWidth'
        | 'strideHeight'
        | 'strideWidth'
        | 'top'
        | 'left',
        number
      >
    >
  | undefined {
  const { strides, pad, dataFormat = 'NHWC', dimRoundingMode } = attributes;
  if (dataFormat !== 'NHWC') return undefined;
  const four = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): [number, number, number, number] => [a, b, c, d];
  const info = backend_util.computeConv2DInfo(four(x), four(filter), strides, 1, pad, dimRoundingMode);
  if (info.outHeight <= 0 || info.outWidth <= 0) return undefined;
  return { ...info, batch: info.batchSize, top: info.padInfo.top, left: info.padInfo.left };
}
