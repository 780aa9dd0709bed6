import type { Sampler } from '@tweedie/core';

/** Gradient estimation (arXiv 2306.04848), order 1; the state is the noise that the last step estimated. */
export declare function gradientEstimation<X>(options?: { readonly gamma?: number }): Sampler<X, X>;
