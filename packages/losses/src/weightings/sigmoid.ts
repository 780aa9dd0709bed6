/**
 * `sigmoid(bias − λ)` per log-SNR λ: falling, so that the loss is an evidence lower bound of data with Gaussian noise added.
 * Kingma & Gao 2023 (arXiv 2303.00848), table 1, with bias 2; the bias as a free parameter in Hoogeboom et al. 2024 (arXiv
 * 2410.19324).
 */
import type { Weighting } from '@tweedie/core';
import { finite } from '../internal/checks.js';
import { perLogSnr } from './per-log-snr.js';

/**
 * The sigmoid weighting, per log-SNR.
 * @param options.bias log-SNR at which the weight is one half. Default 2
 * @throws RangeError (`bias-not-finite`) if `bias` is not finite
 */
export function sigmoid(options: { readonly bias?: number } = {}): Weighting {
  const { bias = 2 } = options;
  finite({ bias });
  return perLogSnr((logSnr) => 1 / (1 + Math.exp(logSnr - bias)));
}
