import { sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import type { Measured } from '../inverse/linear-operator.js';

/**
 * What an estimate lacks of the measurement, `y − A·x0`; a fresh tensor.
 * @throws RangeError (`measurement-mismatch`) unless `y` has the shape that `A` gives, for one sample or for all
 */
export function missing({ operator, measurement }: Measured, x0: Tensor): Tensor {
  return tidy(() => {
    const seen = operator.apply(x0);
    const fits = measurement.rank === seen.rank && measurement.shape.every((n, i) => n === seen.shape[i] || (i === 0 && n === 1));
    if (!fits)
      throw invalid(
        'measurement-mismatch',
        `\`measurement\` must have the shape that the operator gives, [${seen.shape}], or 1 in place of the batch, got [${measurement.shape}]`,
      );
    return sub(measurement, seen);
  });
}
