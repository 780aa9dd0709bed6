/** One measurement of the result of another, `A·x = outer·(inner·x)`; the adjoint goes back the same way, `innerᵀ·(outerᵀ·y)`. */
import { tidy } from '@tensorflow/tfjs-core';
import type { LinearOperator } from './linear-operator.js';

/**
 * `inner`, then `outer`: `composed(averaged(2), blurred(kernel))` sees a blurred image in half its size.
 * @param outer takes what `inner` gives
 */
export function composed(outer: LinearOperator, inner: LinearOperator): LinearOperator {
  return {
    apply: (x) => tidy(() => outer.apply(inner.apply(x))),
    adjoint: (y) => tidy(() => inner.adjoint(outer.adjoint(y))),
  };
}
