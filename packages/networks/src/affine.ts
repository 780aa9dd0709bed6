/**
 * `x·weight + bias` on the last axis, with the bias in the product's own pass and its gradient as one sum over rows. The gradient by the
 * parameters and that by `x` are told to tfjs apart, so that it leaves out the latter where it is not needed.
 */
import { clone, fused, matMul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
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
  return tidy(() => {
    const product = withGradient(
      [x],
      () => ({
        value: shaped(fused.matMul({ a: rows(x), b: rows(weight), bias }), [...x.shape.slice(0, -1), bias.size]),
        saved: [weight] as const,
      }),
      (dy, [weight]) => [shaped(matMul(rows(dy), rows(weight), false, true), x.shape)],
    );
    return withGradient(
      [product, weight, bias],
      () => ({ value: clone(product), saved: [x] as const }),
      (dy, [x]) => [clone(dy), shaped(matMul(rows(x), rows(dy), true, false), weight.shape), sum(rows(dy), 0)],
    );
  });
}
