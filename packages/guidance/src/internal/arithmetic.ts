/** The arithmetic of guidance, so that one formula runs on tensors and, in tests, in float64. */
import { add, div, equal, mul, sub, type Tensor, where } from '@tensorflow/tfjs-core';
import { deviations } from './per-sample.js';

/** Operations element by element; a factor is a number, or one number for each sample. */
export interface Arithmetic<X> {
  add(a: X, b: X | number): X;
  sub(a: X, b: X): X;
  mul(factor: X | number, x: X): X;
  /** Each sample's standard deviation in `a` over that in `b`; 1 where `b` has none. */
  deviationRatio(a: X, b: X): X;
}

/** Tensors, float32. Fresh results; call inside `tidy`. */
export const tensorArithmetic: Arithmetic<Tensor> = {
  add,
  sub,
  mul,
  deviationRatio(a, b) {
    const under = deviations(b);
    return where(equal(under, 0), 1, div(deviations(a), under));
  },
};
