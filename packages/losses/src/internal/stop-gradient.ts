import { clone, customGrad, type Tensor, zerosLike } from '@tensorflow/tfjs-core';

/** The same values, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  return customGrad((value) => ({ value: clone(value as Tensor), gradFunc: (dy: Tensor) => zerosLike(dy) }))(x);
}
