/**
 * Inversion by direct iteration: the plain x0 loss at uniform times of the straight path. An error of x0 is τ times one of the
 * velocity, so this is flow matching with weight τ², `e^(−λ)·sech²(λ/4)` per log-SNR λ. Delbracio & Milanfar 2023 (arXiv
 * 2303.11435); Kingma & Gao 2023 (arXiv 2303.00848), table 1.
 */
import type { Weighting } from '@tweedie/core';
import { fmOt } from './fm-ot.js';

/** The InDI weighting, per log-SNR; 1 at log-SNR 0. */
export function indi(): Weighting {
  return fmOt({ density: (t) => (2 * t) ** 2 });
}
