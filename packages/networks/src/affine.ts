/**
 * `x·weight + bias` on the last axis, with the bias in the product's own pass and its gradient as one sum over rows.
 */
import { fused, matMul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { rows, shaped } from './internal/shape.js';
import { withGradient } from './internal/with-gradient.js';

/**
 * An affine map of the last axis.
 * @param x `[…, inputs]`
 * @param weight `[inputs, outputs]`
 * @param bias `[outputs]`
 * @returns `[…, outputs]`
 */
export function affine(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return withGradient(
    [x, weight, bias],
    () => ({
      value: shaped(fused.matMul({ a: rows(x), b: rows(weight), bias }), [...x.shape.slice(0, -1), bias.size]),
      saved: [x, weight] as const,
    }),
    (dy, [x, weight]) => [
      shaped(matMul(rows(dy), rows(weight), false, true), x.shape),
      shaped(matMul(rows(x), rows(dy), true, false), weight.shape),
      sum(rows(dy), 0),
    ],
  );
}
