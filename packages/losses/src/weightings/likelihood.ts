/**
 * The likelihood weighting of score models, `g²(t)` on the squared error of the score. The diffusion of every process is `g² =
 * −(dλ/dt)·σ²`, and a score error is an ε error over σ, so that this is 2 per log-SNR: twice the evidence lower bound, whose
 * weight has the ½. Song et al. 2021 (arXiv 2101.09258), theorem 1.
 */
import type { Weighting } from '@tweedie/core';
import { perLogSnr } from './per-log-snr.js';

/** The likelihood weighting, `2·elbo()`; it bounds the likelihood of the data up to that factor. */
export function likelihood(): Weighting {
  return perLogSnr(() => 2);
}
