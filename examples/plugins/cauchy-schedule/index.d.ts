import type { NoiseSchedule } from '@tweedie/core';

/** Cauchy noise schedule (arXiv 2407.03297): log-SNR peaks at `location`, with half its weight within `scale` of there. */
export declare function cauchy(options?: { readonly location?: number; readonly scale?: number }): NoiseSchedule;
