/** `Transpose`: as copies of whole pieces where the last axes stay last, and by 4 x 4 tiles where two groups of axes change places. */
import { util } from '@tensorflow/tfjs-core';
import { address, type Kernel, kernel, output, plain } from './internal/kernel.js';

/** Axes that stay neighbours as one, those of length 1 left out. */
function merged(shape: readonly number[], perm: readonly number[]): { shape: number[]; perm: number[] } {
  const order = perm.filter((axis) => shape[axis] !== 1);
  const axes = [...order].sort((a, b) => a - b);
  const groups: number[][] = [];
  for (const axis of order) {
    const group = groups.at(-1);
    if (group && axes.indexOf(axis) === axes.indexOf(group.at(-1) ?? 0) + 1) group.push(axis);
    else groups.push([axis]);
  }
  const sorted = [...groups].sort(([a = 0], [b = 0]) => a - b);
  return {
    shape: sorted.map((group) => util.sizeFromShape(group.map((axis) => shape[axis] ?? 1))),
    perm: groups.map((group) => sorted.indexOf(group)),
  };
}

/** Input `x`; attribute `perm`. */
export const transpose: Kernel = kernel<{ readonly perm: number[] }>(
  'Transpose',
  ({ inputs: { x }, attributes, backend }, module) => {
    if (!x || !plain(x)) return undefined;
    const { shape, perm } = merged(x.shape, attributes.perm);
    const outShape = attributes.perm.map((axis) => x.shape[axis] ?? 1);
    const strides = shape.map((_, axis) => 4 * util.sizeFromShape(shape.slice(axis + 1)));
    const last = shape.length - 1;
    if (last < 1) {
      backend.incRef(x.dataId); // nothing moves
      return { dataId: x.dataId, shape: outShape, dtype: x.dtype };
    }
    const [rows = 1, columns = 1] = shape.slice(-2);
    const swapped = perm[last] === last - 1 && perm[last - 1] === last && last <= 2;
    const kept = perm[last] === last;
    const counts = (kept ? perm.slice(0, -1) : perm).map((axis) => shape[axis] ?? 1);
    if (!swapped && counts.length > 4) return undefined;
    const out = output(backend, outShape);
    if (swapped) {
      const count = last === 2 ? (shape[0] ?? 1) : 1;
      for (let i = 0; i < count; i++) {
        const offset = 4 * i * rows * columns;
        module.transpose(address(backend, x) + offset, address(backend, out) + offset, rows, columns);
      }
      return out;
    }
    const lead = new Array<number>(4 - counts.length);
    const steps = (kept ? perm.slice(0, -1) : perm).map((axis) => strides[axis] ?? 0);
    const pieces = [...lead.fill(1), ...counts, ...lead.fill(0), ...steps];
    module.gatherPieces(address(backend, x), address(backend, out), ...pieces, kept ? 4 * columns : 4);
    return out;
  },
);
