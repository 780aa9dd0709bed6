/**
 * Min-SNR without its corner: half the harmonic mean of SNR and γ, on the squared x0 error,
 *
 *     SNR·γ/(SNR + γ) = 1/(σ²/α² + 1/γ),   which is γ/(SNR + γ) on the squared ε error
 *
 * Crowson et al. 2024 (arXiv 2401.11605); k-diffusion writes it with `γ = 1/σ_data²`.
 */
import type { Weighting } from '@tweedie/core';
import { positive } from '../internal/checks.js';

/**
 * The soft-min-SNR-γ weighting, per unit of time.
 * @param options.gamma what the weight on the x0 error tends to at clean data, positive. Default 4
 * @throws RangeError (`gamma-not-positive`) unless `gamma` is positive and finite
 */
export function softMinSnr(options: { readonly gamma?: number } = {}): Weighting {
  const { gamma = 4 } = options;
  positive({ gamma });
  return ({ logSnr }) => 1 / (1 + Math.exp(logSnr) / gamma);
}
