/** How strongly to guide: one number, one per sample, or a function of where a run stands. */
import { reshape, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { invalid, type Moment, type NoiseLevel } from '@tweedie/core';

/** A guidance scale: any finite number, a tensor `[batch]` (borrowed), or a function that gives a number. */
export type GuidanceScale =
  | number
  | Tensor1D
  | ((level: NoiseLevel, moment?: Pick<Moment, 'from' | 'to' | 'index' | 'count'>) => number);

/** Refuses a constant that is not finite: RangeError `scale-not-finite`. */
export function checkScale(scale: GuidanceScale): void {
  if (typeof scale === 'number') finite(scale);
}

/**
 * The scale at a level: a number, or a column that broadcasts over `x`; call inside `tidy`.
 * @throws RangeError (`scale-not-finite`) if a function gives no finite number, (`scale-mismatch`) unless there is one per sample
 */
export function scaleAt(scale: GuidanceScale, x: Tensor, level: NoiseLevel, moment: Moment | undefined): number | Tensor {
  if (typeof scale === 'number') return scale;
  if (typeof scale === 'function') return finite(scale(level, moment));
  const [batch = 0, ...rest] = x.shape;
  if (scale.size !== batch)
    throw invalid('scale-mismatch', `\`scale\` must have one number per sample, got ${scale.size} for a batch of ${batch}`);
  return reshape(scale, [batch, ...rest.map(() => 1)]);
}

function finite(scale: number): number {
  if (!Number.isFinite(scale)) throw invalid('scale-not-finite', `\`scale\` must be finite, got ${scale}`);
  return scale;
}
