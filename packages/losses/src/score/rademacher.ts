/**
 * Random signs: of all distributions of mean 0 and covariance I the one under which `vᵀAv` varies least around the trace of a symmetric A.
 * Hutchinson 1989 (doi 10.1080/03610918908812806).
 */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type Key, signs } from '@tweedie/core';

/** Signs −1 and 1, evenly likely; element `i` depends on the key and on `i` alone. */
export function rademacher(key: Key, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(signs(key, size), [...shape]);
}
