/**
 * A step: weight 1 per log-SNR up to a threshold, 0 above. Its loss is the evidence lower bound of data with noise of that one
 * level added, in the way of training on fewer bits per colour. Kingma & Gao 2023 (arXiv 2303.00848), on low-bit training; Kingma
 * & Dhariwal 2018 (arXiv 1807.03039) for the bits.
 */
import type { Weighting } from '@tweedie/core';
import { finite } from '../internal/checks.js';
import { perLogSnr } from './per-log-snr.js';

/**
 * The step weighting, per log-SNR.
 * @param options.threshold the largest log-SNR that counts. Default `ln 3072 ≈ 8.03`, where the noise has the variance of what
 * rounding to 5 bits does to data on [−1, 1]: steps of `Δ = 2/2⁵`, variance `Δ²/12`. For b bits, `ln 12 + 2(b − 1)·ln 2`
 * @throws RangeError (`threshold-not-finite`) if `threshold` is not finite
 */
export function step(options: { readonly threshold?: number } = {}): Weighting {
  const { threshold = Math.log(3072) } = options;
  finite({ threshold });
  return perLogSnr((logSnr) => (logSnr <= threshold ? 1 : 0));
}
