/** `Sum` over the first axes, as the gradient of a bias is. tfjs transposes the tensor for it. */
import { util } from '@tensorflow/tfjs-core';
import { columnSums } from '../internal/column-sums.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';

interface SumAttributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Input `x`; attributes `axis`, `keepDims`. Leaves to tfjs all but the first axes, and sums over all of them. */
export const sum: Kernel = kernel<SumAttributes>('Sum', ({ inputs: { x }, attributes: { axis, keepDims }, backend }) => {
  if (!x || !plain(x)) return undefined;
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const kept = x.shape.slice(axes.length);
  if (axes.length === 0 || kept.length === 0 || axes.some((each, i) => each !== i)) return undefined;
  return columnSums(backend, x, [...(keepDims ? axes.map(() => 1) : []), ...kept], { width: util.sizeFromShape(kept) });
});
