/** Reading a guidance scale. */
import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { invalid, type Moment, type NoiseLevel } from '@tweedie/core';
import type { GuidanceScale } from '../guidance-scale.js';
import { finite } from './finite.js';

/** Refuses a constant that is not finite: RangeError `scale-not-finite`. */
export function checkScale(scale: GuidanceScale): void {
  if (typeof scale === 'number') finite('scale', scale);
}

/**
 * The scale at a level: a number, or a column that broadcasts over `x`; call inside `tidy`.
 * @throws RangeError (`scale-not-finite`) if a function gives no finite number, (`scale-mismatch`) unless there is one per sample
 */
export function scaleAt(scale: GuidanceScale, x: Tensor, level: NoiseLevel, moment: Moment | undefined): number | Tensor {
  if (typeof scale === 'number') return scale;
  if (typeof scale === 'function') return finite('scale', scale(level, moment));
  const [batch = 0, ...sample] = x.shape;
  if (scale.size === batch) return reshape(scale, [batch, ...sample.map(() => 1)]);
  throw invalid('scale-mismatch', `\`scale\` must have one number for each of the ${batch} samples, got ${scale.size}`);
}
