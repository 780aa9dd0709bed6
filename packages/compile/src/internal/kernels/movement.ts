/** Kernels that move elements, or make them. */
import { slice_util, util } from '@tensorflow/tfjs-core';
import { type DType, sizeOf, type Value } from '../../graph.js';
import { unsupported } from '../call-site.js';
import { kernel, type TraceKernel } from '../trace-kernel.js';

type X = 'x';

function pieces(length: number, sizes: number | readonly number[]): readonly number[] {
  if (typeof sizes === 'number') return Array<number>(sizes).fill(length / sizes);
  const rest = length - sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return sizes.map((size) => (size === -1 ? rest : size));
}

export const movementKernels: readonly TraceKernel[] = [
  kernel<string, { axis: number }>('Concat', (b, inputs, { axis }) => {
    const parts = Object.values<Value>(inputs);
    const [along = 0] = util.parseAxisParam(axis, [...(parts[0]?.shape ?? [])]);
    return b.concat(parts, along);
  }),
  kernel<'input', { dim: number }>('ExpandDims', (b, { input }, { dim }) =>
    b.reshape(input, input.shape.toSpliced(dim < 0 ? dim + input.shape.length + 1 : dim, 0, 1)),
  ),
  kernel<string, { shape: number[]; value: number; dtype?: DType }>('Fill', (b, _, { shape, value, dtype = 'float32' }) =>
    b.constant(value, shape, dtype),
  ),
  kernel<'x' | 'indices', { axis: number; batchDims?: number }>('GatherV2', (b, { x, indices }, { axis, batchDims = 0 }) => {
    if (batchDims !== 0) throw unsupported(`GatherV2 with batchDims ${batchDims}`);
    const [along = 0] = util.parseAxisParam(axis, [...x.shape]);
    return b.gather(x, indices, along);
  }),
  kernel<'indices', { depth: number; onValue: number; offValue: number; dtype: DType }>(
    'OneHot',
    (b, { indices }, { depth, onValue, offValue, dtype }) => b.cast(b.oneHot(indices, depth, onValue, offValue), dtype),
  ),
  kernel<string, { axis: number }>('Pack', (b, inputs, { axis }) => {
    const parts = Object.values<Value>(inputs);
    const along = axis < 0 ? axis + (parts[0]?.shape.length ?? 0) + 1 : axis;
    return b.concat(
      parts.map((part) => b.reshape(part, part.shape.toSpliced(along, 0, 1))),
      along,
    );
  }),
  kernel<X, { paddings: [number, number][]; constantValue: number }>('PadV2', (b, { x }, { paddings, constantValue }) =>
    b.pad(
      x,
      paddings.map(([before]) => before),
      paddings.map(([, after]) => after),
      constantValue,
    ),
  ),
  kernel<string, { start: number; stop: number; step: number; dtype?: DType }>(
    'Range',
    (b, _, { start, stop, step, dtype = 'float32' }) => {
      const count = Math.max(Math.ceil((stop - start) / step), 0);
      const numbers = Array.from({ length: count }, (_, i) => start + i * step);
      return b.constant(dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers), [count], dtype);
    },
  ),
  kernel<X, { shape: number[] }>('Reshape', (b, { x }, { shape }) =>
    b.reshape(x, util.inferFromImplicitShape(shape, sizeOf(x.shape))),
  ),
  kernel<X, { dims: number[] }>('Reverse', (b, { x }, { dims }) => {
    const axes = util.parseAxisParam(dims, [...x.shape]);
    return b.one('Reverse', [x], { axes }, x.shape, x.dtype);
  }),
  kernel<X, { begin: number | number[]; size?: number | number[] }>('Slice', (b, { x }, { begin, size }) => {
    const info = { dataId: {}, shape: [...x.shape], dtype: x.dtype };
    const [from = [], shape = []] = slice_util.parseSliceParams(info, begin, size);
    return b.slice(x, from, shape);
  }),
  kernel<X, { numOrSizeSplits: number | number[]; axis: number }>('SplitV', (b, { x }, { numOrSizeSplits, axis }) => {
    const [along = 0] = util.parseAxisParam(axis, [...x.shape]);
    let start = 0;
    return pieces(x.shape[along] ?? 1, numOrSizeSplits).map((length) => {
      const begin = x.shape.map((_, i) => (i === along ? start : 0));
      start += length;
      return b.slice(x, begin, x.shape.with(along, length));
    });
  }),
  kernel<X, StridedSlice>('StridedSlice', (b, { x }, attributes) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const info = slice_util.sliceInfo(
      [...x.shape],
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    if (info.strides.some((stride) => stride !== 1)) throw unsupported('StridedSlice with strides other than 1');
    return b.reshape(
      b.slice(
        x,
        info.begin,
        info.end.map((stop, i) => stop - (info.begin[i] ?? 0)),
      ),
      info.finalShape,
    );
  }),
  kernel<X, { reps: number[] }>('Tile', (b, { x }, { reps }) => {
    const [apart, wide] = [x.shape.flatMap((length) => [1, length]), x.shape.flatMap((length, i) => [reps[i] ?? 1, length])];
    const all = x.shape.map((length, i) => length * (reps[i] ?? 1));
    const repeated = x.shape.every((length, i) => length === 1 || reps[i] === 1);
    return repeated ? b.broadcast(x, all) : b.reshape(b.broadcast(b.reshape(x, apart), wide), all);
  }),
  kernel<X, { perm: number[] }>('Transpose', (b, { x }, { perm }) => b.transpose(x, perm)),
  kernel<'value', { axis: number }>('Unpack', (b, { value }, { axis }) => {
    const [along = 0] = util.parseAxisParam(axis, [...value.shape]);
    return Array.from({ length: value.shape[along] ?? 0 }, (_, i) => {
      const begin = value.shape.map((_, k) => (k === along ? i : 0));
      return b.reshape(b.slice(value, begin, value.shape.with(along, 1)), value.shape.toSpliced(along, 1));
    });
  }),
];

interface StridedSlice {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}
