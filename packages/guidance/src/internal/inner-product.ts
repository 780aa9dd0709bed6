import { mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** `⟨a, b⟩` of each sample, of shape `[batch, 1, …]`. */
export function innerProduct(a: Tensor, b: Tensor): Tensor {
  const axes = Array.from({ length: a.rank - 1 }, (_, i) => i + 1);
  return tidy(() => sum(mul(a, b), axes, true));
}
