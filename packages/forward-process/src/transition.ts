/** The Gaussian kernels between two levels of a forward process; they live in `@tweedie/core`, where the losses find them too. */
export { type Marginal, marginal, type Posterior, posterior, type Transition, transition } from '@tweedie/core';
