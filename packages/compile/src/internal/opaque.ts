/** What TensorFlow.js cannot differentiate, as it sees tensors come out of nowhere: it would be zero, and no one would be told. */
import { customGrad, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';

/**
 * A tensor computed elsewhere from others. A gradient with respect to one of them throws Error (`no-gradient`) with the reason.
 */
export function opaque(from: readonly Tensor[], reason: string, compute: () => Tensor): Tensor {
  const gradFunc = (): never => {
    throw invalid('no-gradient', reason, Error);
  };
  return customGrad(() => ({ value: compute(), gradFunc }))(...from);
}
