/**
 * `sech(λ/2)` per log-SNR λ: what the simple loss on the cosine schedule amounts to (`p(λ) = sech(λ/2)/2π`), here on any
 * schedule. Nichol & Dhariwal 2021 (arXiv 2102.09672) for the schedule; Kingma & Gao 2023 (arXiv 2303.00848), table 1.
 */
import type { Weighting } from '@tweedie/core';
import { perLogSnr } from './per-log-snr.js';

/** The weighting of improved DDPM's cosine schedule, per log-SNR; 1 at log-SNR 0. */
export function iddpmCosine(): Weighting {
  return perLogSnr((logSnr) => 1 / Math.cosh(logSnr / 2));
}
