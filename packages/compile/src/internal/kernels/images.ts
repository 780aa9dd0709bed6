/** Kernels on images, [batch, height, width, channels]. */
import { backend_util } from '@tensorflow/tfjs-core';
import type { Value } from '../../graph.js';
import type { Window } from '../builder.js';
import { unsupported } from '../call-site.js';
import { kernel, type TraceKernel } from '../trace-kernel.js';
import { activated } from './sums.js';

type Padding = 'valid' | 'same' | number | [number, number][];

interface Convolution {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat: string;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface FusedConvolution extends Convolution {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

interface Pooling {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Info = ReturnType<typeof backend_util.computeConv2DInfo>;

function convInfo(attributes: Convolution, x: readonly number[], filter: readonly number[], depthwise = false): Info {
  const { strides, pad, dataFormat, dilations = 1, dimRoundingMode } = attributes;
  if (dataFormat === 'NCHW') throw unsupported('a convolution with data format NCHW');
  const shape = x as [number, number, number, number];
  const size = filter as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(shape, size, strides, dilations, explicit(pad), dimRoundingMode, depthwise);
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) throw unsupported('a dilated convolution');
  return info;
}

/** TensorFlow.js gets the size of a square filter wrong for numeric padding of one that is not; pairs it gets right. */
function explicit(
  pad: Padding,
): 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]] {
  if (typeof pad === 'number')
    return [
      [0, 0],
      [pad, pad],
      [pad, pad],
      [0, 0],
    ];
  return pad as ReturnType<typeof explicit>;
}

function poolInfo({ filterSize, strides, pad, dimRoundingMode }: Pooling, x: readonly number[]): Info {
  const shape = x as [number, number, number, number];
  return backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad as number, dimRoundingMode);
}

function windowOf({ strideHeight, strideWidth, padInfo }: Info): Window {
  const { top, bottom, left, right } = padInfo;
  return { strides: [strideHeight, strideWidth], pads: { top, bottom, left, right } };
}

/** The whole factor by which an image grows, if it is one. */
function factorOf(from: readonly number[], to: readonly number[]): readonly [number, number] {
  const [height, width] = [(to[0] ?? 0) / (from[1] ?? 1), (to[1] ?? 0) / (from[2] ?? 1)];
  if (!Number.isInteger(height) || !Number.isInteger(width))
    throw unsupported(`a resize from [${from.slice(1, 3)}] to [${to}], by no whole factor,`);
  return [height, width];
}

const normalized = (x: Value, mean: Value): { shape: readonly number[]; dtype: 'float32' }[] => [
  { shape: x.shape, dtype: 'float32' },
  { shape: mean.shape, dtype: 'float32' },
  { shape: mean.shape, dtype: 'float32' },
];

export const imageKernels: readonly TraceKernel[] = [
  kernel<'x' | 'filter', Convolution>('Conv2D', (b, { x, filter }, attributes) => {
    const info = convInfo(attributes, x.shape, filter.shape);
    return b.conv(x, filter, undefined, windowOf(info), info.outShape);
  }),
  kernel<'x' | 'filter' | 'bias' | 'preluActivationWeights', FusedConvolution>('FusedConv2D', (b, inputs, attributes) => {
    const { x, filter, bias, preluActivationWeights } = inputs;
    const { activation, leakyreluAlpha } = attributes;
    const info = convInfo(attributes, x.shape, filter.shape);
    const flat = bias === undefined ? undefined : b.broadcast(b.reshape(bias, [bias.shape.at(-1) ?? 1]), [info.outChannels]);
    const value = b.conv(x, filter, flat, windowOf(info), info.outShape);
    return activated(b, value, activation, preluActivationWeights, leakyreluAlpha);
  }),
  kernel<'x' | 'filter', Convolution>('DepthwiseConv2dNative', (b, { x, filter }, attributes) => {
    const info = convInfo({ ...attributes, dataFormat: 'NHWC' }, x.shape, filter.shape, true);
    const [height = 1, width = 1, inputs = 1, multiplier = 1] = filter.shape;
    const grouped = b.reshape(filter, [height, width, 1, inputs * multiplier]);
    return b.conv(x, grouped, undefined, windowOf(info), info.outShape, inputs);
  }),
  kernel<'dy' | 'filter', Convolution & { inputShape: number[] }>('Conv2DBackpropInput', (b, { dy, filter }, attributes) => {
    const info = convInfo(attributes, attributes.inputShape, filter.shape);
    return b.convInput(dy, filter, windowOf(info), info.inShape);
  }),
  kernel<'x' | 'dy', Convolution & { filterShape: number[] }>('Conv2DBackpropFilter', (b, { x, dy }, attributes) => {
    const info = convInfo(attributes, x.shape, attributes.filterShape);
    return b.convFilter(x, dy, windowOf(info), attributes.filterShape);
  }),
  ...(['Max', 'Average'] as const).map((kind) =>
    kernel<'x', Pooling>(kind === 'Max' ? 'MaxPool' : 'AvgPool', (b, { x }, attributes) => {
      const info = poolInfo(attributes, x.shape);
      return b.pool(kind, x, [info.filterHeight, info.filterWidth], windowOf(info), info.outShape);
    }),
  ),
  kernel<'dy' | 'input', Pooling>('AvgPoolGrad', (b, { dy, input }, attributes) => {
    const info = poolInfo(attributes, input.shape);
    const size = [info.filterHeight, info.filterWidth];
    const tiles = info.strideHeight === size[0] && info.strideWidth === size[1] && info.inHeight % info.strideHeight === 0;
    if (!tiles || info.inWidth % info.strideWidth !== 0 || info.padInfo.top + info.padInfo.left > 0)
      throw unsupported('the gradient of an average pooling with overlaps or rests');
    return b.scale(b.upsample(dy, size), 1 / (info.filterHeight * info.filterWidth));
  }),
  kernel<'images', { size: [number, number]; alignCorners: boolean; halfPixelCenters: boolean }>(
    'ResizeNearestNeighbor',
    (b, { images }, { size, alignCorners }) => {
      if (alignCorners) throw unsupported('ResizeNearestNeighbor with alignCorners');
      return b.upsample(images, factorOf(images.shape, size));
    },
  ),
  kernel<'images' | 'dy', { alignCorners: boolean }>('ResizeNearestNeighborGrad', (b, { images, dy }) =>
    b.downsum(dy, factorOf(images.shape, dy.shape.slice(1, 3))),
  ),

  // The fused kernels of @tweedie/networks.
  kernel<'x'>('UpsampleNearest2x', (b, { x }) => b.upsample(x, [2, 2])),
  kernel<'dy'>('UpsampleNearest2xGrad', (b, { dy }) => b.downsum(dy, [2, 2])),
  kernel<'x'>('SiLU', (b, { x }) => b.one('SiLU', [x], {}, x.shape)),
  kernel<'x' | 'dy'>('SiLUGrad', (b, { x, dy }) => b.one('SiLUGrad', [x, dy], {}, x.shape)),
  kernel<'x' | 'scale' | 'shift', Normalization>('GroupNorm', (b, { x, scale, shift }, { groups, epsilon, activation }) => {
    const statistics = { shape: [x.shape[0] ?? 1, groups], dtype: 'float32' } as const;
    const specs = [{ shape: x.shape, dtype: 'float32' }, statistics, statistics] as const;
    return b.node('GroupNorm', [x, scale, shift], { groups, epsilon, activation }, specs);
  }),
  kernel<'x' | 'scale' | 'shift' | 'mean' | 'rstd' | 'dy', Normalization>('GroupNormGrad', (b, inputs, attributes) => {
    const { x, scale, shift, mean, rstd, dy } = inputs;
    return b.node('GroupNormGrad', [x, scale, shift, mean, rstd, dy], { ...attributes }, normalized(x, scale));
  }),
];

interface Normalization {
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: 'linear' | 'silu';
}
