/**
 * `Conv2DBackpropInput`: the gradient of a convolution by its input, and the transposed convolution. tfjs's own is about ten times slower.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type ConvAttributes, convShape } from './internal/conv-shape.js';
import { address, type Call, drop, type Kernel, kernel, output, plain, runOriginal, withScratch } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface InputAttributes extends ConvAttributes {
  readonly inputShape: readonly number[];
}

function run({ inputs, attributes, backend }: Call<InputAttributes>, module: Module) {
  const { dy, filter } = inputs;
  const shape = dy && filter && plain(dy, filter) ? convShape(attributes, attributes.inputShape, filter.shape) : undefined;
  if (!dy || !filter || !shape) return undefined;
  const { inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } =
    shape.info;
  const height = Math.floor((inHeight - 1 + padInfo.top) / strideHeight) + Math.ceil(filterHeight / strideHeight);
  const width = Math.floor((inWidth - 1 + padInfo.left) / strideWidth) + Math.ceil(filterWidth / strideWidth);
  const dx = output(backend, attributes.inputShape);
  const floats = [
    filterHeight * filterWidth * outChannels * 8 * Math.ceil(inChannels / 8),
    height * width * outChannels,
  ] as const;
  withScratch(backend, floats, (...scratch) => {
    module.conv2dBackpropInput(address(backend, dy), address(backend, filter), address(backend, dx), ...shape.sizes, ...scratch);
  });
  return dx;
}

/** As a convolution with stride 1 of `dy`, spread out by zeros, with the filter turned by 180° and its channels exchanged. */
function composed({ inputs, attributes, backend }: Call<InputAttributes>) {
  const { dy, filter } = inputs;
  const shape = dy && filter && plain(dy, filter) ? convShape(attributes, attributes.inputShape, filter.shape) : undefined;
  if (!dy || !filter || !shape) return undefined;
  const { info } = shape;
  const [n, rows, columns, c] = [
    info.batchSize,
    info.outHeight * info.strideHeight,
    info.outWidth * info.strideWidth,
    info.outChannels,
  ];
  const spread = (x: TensorInfo, before: number, stride: number, row: number): TensorInfo => {
    const paddings = [[0, 0], [0, stride - 1], [0, 0]]; // biome-ignore format: pairs
    return runOriginal(backend, 'PadV2', { x: { ...x, shape: [before, 1, row] } }, { paddings, constantValue: 0 });
  };
  const high = spread(dy, n * info.outHeight, info.strideHeight, info.outWidth * c);
  const wide = spread(high, n * rows * info.outWidth, info.strideWidth, c);
  // Where the window of the first input pixel begins in it, and where that of the last one ends.
  const span = (kernel: number, padding: number, length: number, size: number) => {
    const from = padding - kernel + 1;
    const begin = Math.max(0, from);
    const end = Math.min(size, from + length + kernel - 1);
    return { begin, size: end - begin, pad: [Math.max(0, -from), from + length + kernel - 1 - end] };
  };
  const y = span(info.filterHeight, info.padInfo.top, info.inHeight, rows);
  const x = span(info.filterWidth, info.padInfo.left, info.inWidth, columns);
  const window = { begin: [0, y.begin, x.begin, 0], size: [n, y.size, x.size, c] };
  const cut = runOriginal(backend, 'Slice', { x: { ...wide, shape: [n, rows, columns, c] } }, window);
  const turned = runOriginal(backend, 'Reverse', { x: filter }, { dims: [0, 1] });
  const exchanged = runOriginal(backend, 'Transpose', { x: turned }, { perm: [0, 1, 3, 2] });
  const attrs = { strides: [1, 1], pad: [[0, 0], y.pad, x.pad, [0, 0]], dataFormat: 'NHWC', dilations: [1, 1] };
  const dx = runOriginal(backend, 'Conv2D', { x: cut, filter: exchanged }, attrs);
  drop(backend, high, wide, cut, turned, exchanged);
  return dx;
}

/** Inputs `dy` `[N, Y, X, O]`, `filter` `[h, w, I, O]`; attributes as in tfjs, with `inputShape` `[N, H, W, I]`. */
export const conv2dBackpropInput: Kernel = kernel('Conv2DBackpropInput', run, composed);
