/** `Conv2D` and `FusedConv2D` forward: a fifth faster than tfjs's, and right where a kernel is smaller than its stride, which tfjs 4.22 pads wrongly. */
import { type ConvAttributes, convShape } from './internal/conv-shape.js';
import { address, type Call, type Kernel, kernel, output, plain, size, withScratch } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface FusedAttributes extends ConvAttributes {
  readonly activation?: string;
}

function run({ inputs, attributes, backend }: Call<FusedAttributes>, module: Module) {
  const { x, filter, bias, preluActivationWeights } = inputs;
  if (!x || !filter || preluActivationWeights || (attributes.activation ?? 'linear') !== 'linear' || !plain(x, filter, bias))
    return undefined;
  const shape = convShape(attributes, x.shape, filter.shape);
  if (!shape || (bias && size(bias) !== shape.info.outChannels)) return undefined;
  const { info, sizes, paddedHeight, paddedWidth, reachesOut } = shape;
  const { inChannels, outChannels, filterHeight, filterWidth } = info;
  const panels = filterHeight * filterWidth * inChannels * 8 * Math.ceil(outChannels / 8);
  const out = output(backend, info.outShape);
  withScratch(backend, [panels, reachesOut ? paddedHeight * paddedWidth * inChannels : 0] as const, (panel, padded) => {
    const bias0 = bias ? address(backend, bias) : 0;
    module.conv2d(address(backend, x), address(backend, filter), bias0, address(backend, out), ...sizes, panel, padded);
  });
  return out;
}

/** Inputs `x` `[N, H, W, I]`, `filter` `[h, w, I, O]`; attributes as in tfjs. Dilated, NCHW and non-float32 ones stay tfjs's. */
export const conv2d: Kernel = kernel<FusedAttributes>('Conv2D', run);

/** As {@link conv2d} with `bias` `[O]`. Those with an activation stay tfjs's. */
export const fusedConv2d: Kernel = kernel<FusedAttributes>('FusedConv2D', run);
