/** `Slice` and `SplitV`, the gradient of concatenation. tfjs's copies the whole tensor first, then row by row. */
import { backend_util, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { address, type Kernel, kernel, output, size } from './internal/kernel.js';
import type { Module, WasmBackend } from './internal/module.js';

/** A part of a tensor of up to five axes that matter. */
function part(
  x: TensorInfo,
  begin: readonly number[],
  sizes: readonly number[],
  backend: WasmBackend,
  module: Module,
): TensorInfo | undefined {
  if ((x.dtype !== 'float32' && x.dtype !== 'int32') || size(x) === 0 || util.sizeFromShape([...sizes]) === 0) return undefined;
  const strides = [...util.computeStrides(x.shape), 1].slice(-x.shape.length);
  const offset = begin.reduce((sum, start, axis) => sum + start * (strides[axis] ?? 0), 0);
  // Whole trailing axes and the one before them are one piece.
  let last = x.shape.length - 1;
  while (last > 0 && sizes[last] === x.shape[last]) last--;
  const counts = sizes.slice(0, Math.max(0, last));
  if (counts.length > 4) return undefined;
  const lead = new Array<number>(4 - counts.length);
  const n = [...lead.fill(1), ...counts];
  const s = [...lead.fill(0), ...strides.slice(0, counts.length).map((stride) => 4 * stride)];
  const out = output(backend, sizes, x.dtype);
  module.gatherPieces(
    address(backend, x) + 4 * offset,
    address(backend, out),
    ...n,
    ...s,
    4 * util.sizeFromShape(sizes.slice(last)),
  );
  return out;
}

/** Input `x`, float32 or int32; attributes `begin`, `size`. */
export const slice: Kernel = kernel<{ readonly begin: number | number[]; readonly size: number | number[] }>(
  'Slice',
  ({ inputs: { x }, attributes, backend }, module) => {
    if (!x || x.shape.length === 0) return undefined;
    const [begin = [], sizes = []] = slice_util.parseSliceParams(x, attributes.begin, attributes.size);
    slice_util.assertParamsValid(x, begin, sizes);
    return part(x, begin, sizes, backend, module);
  },
);

/** Input `x`, float32 or int32; attributes `numOrSizeSplits`, `axis`. */
export const splitV: Kernel = kernel<{ readonly numOrSizeSplits: number | number[]; readonly axis: number }>(
  'SplitV',
  ({ inputs: { x }, attributes, backend }, module) => {
    if (!x || (x.dtype !== 'float32' && x.dtype !== 'int32') || size(x) === 0 || x.shape.length > 5) return undefined;
    const [axis = 0] = util.parseAxisParam(attributes.axis, x.shape);
    const lengths = backend_util.prepareSplitSize(x, attributes.numOrSizeSplits, axis);
    if (lengths.includes(0)) return undefined;
    const { shape } = x;
    const begin = shape.map(() => 0);
    return lengths.map((length) => {
      const out = part(x, begin, shape.with(axis, length), backend, module);
      if (!out) throw new TypeError('SplitV: no part'); // excluded above
      begin[axis] = (begin[axis] ?? 0) + length;
      return out;
    });
  },
);
