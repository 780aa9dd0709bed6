/** Reductions over all axes but the batch; the axes stay, of length 1, so that the results broadcast. */
import { moments, mul, sqrt, sum, type Tensor } from '@tensorflow/tfjs-core';

/** `Σ a·b` of each sample. */
export function dots(a: Tensor, b: Tensor): Tensor {
  return sum(mul(a, b), axes(a), true);
}

/** The standard deviation of each sample's numbers. */
export function deviations(x: Tensor): Tensor {
  return sqrt(moments(x, axes(x), true).variance);
}

function axes({ rank }: Tensor): number[] {
  return Array.from({ length: rank - 1 }, (_, i) => i + 1);
}
