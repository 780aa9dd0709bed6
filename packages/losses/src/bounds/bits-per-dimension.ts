/** Likelihoods in bits per dimension; the function lives in `@tweedie/core`, where `@tweedie/evaluation` finds it too. */
export { bitsPerDimension } from '@tweedie/core';
