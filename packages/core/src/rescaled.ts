/** Norms of samples, for samplers that measure and are not allowed to look. */
import { divNoNan, mul, sqrt, square, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * `x·‖over‖/‖under‖` with the Euclidean norms of each sample, 0 where `under` is; what `langevinCorrector` of `@tweedie/samplers`
 * takes. Nothing is read back, and the samples of a batch do not hear of each other.
 * @param x `[batch, …]`, as both others
 * @returns a fresh tensor of the shape of `x`
 */
export function rescaled(x: Tensor, over: Tensor, under: Tensor): Tensor {
  return tidy(() => {
    const axes = Array.from({ length: x.rank - 1 }, (_, i) => i + 1);
    const norm = (of: Tensor) => sqrt(sum(square(of), axes, true));
    return mul(x, divNoNan(norm(over), norm(under)));
  });
}
