/** Parameters moved away from where they start, so that no output or gradient is zero only because training begins so. */
import { add, mul, tidy, type Variable } from '@tensorflow/tfjs-core';
import { foldIn, key, normal, type Parameters } from '@tweedie/core';

/** Adds 0.3 of a standard normal to each parameter, and gives all of them. */
export function randomised(parameters: Parameters): Variable[] {
  return [...parameters.values()].map((parameter, i) => {
    tidy(() => parameter.assign(add(parameter, mul(normal(foldIn(key(6), i), parameter.shape), 0.3))));
    return parameter;
  });
}
