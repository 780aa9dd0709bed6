/** `Conv2DBackpropFilter`, which tfjs's wasm backend lacks: `dW[u, v, i, o] = Σ_nyx x[n, y·s+u−top, x·s+v−left, i]·dy[n, y, x, o]`. */
import { type ConvAttributes, convShape } from './internal/conv-shape.js';
import { address, type Call, drop, type Kernel, kernel, output, plain, runOriginal, withScratch } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface FilterAttributes extends ConvAttributes {
  readonly filterShape: readonly number[];
}

function run({ inputs, attributes, backend }: Call<FilterAttributes>, module: Module) {
  const { x, dy } = inputs;
  const shape = x && dy && plain(x, dy) ? convShape(attributes, x.shape, attributes.filterShape) : undefined;
  if (!x || !dy || !shape) return undefined;
  const { info, sizes, paddedHeight, paddedWidth, reachesOut } = shape;
  const { inChannels, outChannels, filterHeight, filterWidth, outHeight, outWidth } = info;
  const rows = 4 * Math.ceil((filterWidth * inChannels) / 4);
  const columns = 4 * Math.ceil(outChannels / 4);
  // Tiles are 4 rows high: without a copy, the last could read beyond the end of the tensor.
  const copies = reachesOut || rows !== filterWidth * inChannels;
  const dw = output(backend, attributes.filterShape);
  const floats = [
    filterHeight * rows * columns,
    copies ? paddedHeight * paddedWidth * inChannels + 4 : 0,
    columns === outChannels ? 0 : outHeight * outWidth * columns,
  ] as const;
  withScratch(backend, floats, (...scratch) => {
    module.conv2dBackpropFilter(address(backend, x), address(backend, dy), address(backend, dw), ...sizes, ...scratch);
  });
  return dw;
}

/** As one convolution with batch and channels exchanged, `dy` for a filter, and strides for dilations. */
function composed({ inputs, attributes, backend }: Call<FilterAttributes>) {
  const { x, dy } = inputs;
  const shape = x && dy && plain(x, dy) ? convShape(attributes, x.shape, attributes.filterShape) : undefined;
  if (!x || !dy || !shape) return undefined;
  const { info, paddedHeight, paddedWidth } = shape;
  const { top, left } = info.padInfo;
  // What no window reads is cut off, and zeros are put where windows reach out.
  const height = Math.min(info.inHeight, paddedHeight - top);
  const width = Math.min(info.inWidth, paddedWidth - left);
  const cut = runOriginal(
    backend,
    'Slice',
    { x },
    { begin: [0, 0, 0, 0], size: [info.batchSize, height, width, info.inChannels] },
  );
  const paddings = [[0, 0], [top, paddedHeight - top - height], [left, paddedWidth - left - width], [0, 0]]; // biome-ignore format: pairs
  const padded = runOriginal(backend, 'PadV2', { x: cut }, { paddings, constantValue: 0 });
  const images = runOriginal(backend, 'Transpose', { x: padded }, { perm: [3, 1, 2, 0] });
  const filter = runOriginal(backend, 'Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  const dilations = [info.strideHeight, info.strideWidth];
  const attrs = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations };
  const sums = runOriginal(backend, 'Conv2D', { x: images, filter }, attrs);
  const dw = runOriginal(backend, 'Transpose', { x: sums }, { perm: [1, 2, 0, 3] });
  drop(backend, cut, padded, images, filter, sums);
  return dw;
}

/** Inputs `x` `[N, H, W, I]`, `dy` `[N, Y, X, O]`; attributes as in tfjs, with `filterShape` `[h, w, I, O]`. */
export const conv2dBackpropFilter: Kernel = kernel('Conv2DBackpropFilter', run, composed);
