/**
 * The objective of EDM on any schedule: `ln(σ/α)` normal, and the network's own output weighted evenly. Per log-SNR λ,
 *
 *     w(λ) = N(λ; −2·mean, (2·deviation)²)·(e^(−λ) + σ_data²)
 *
 * Karras et al. 2022 (arXiv 2206.00364), table 1 and section 5, with `P_mean` and `P_std`; Kingma & Gao 2023 (arXiv 2303.00848),
 * table 1. To draw the levels from that normal instead, `times: drawn(logNormal({ schedule }))` with `unweighted` of the EDM
 * parameterisation.
 */
import type { Weighting } from '@tweedie/core';
import { type EdmOptions, edmWeight } from '../internal/edm-weight.js';
import { perLogSnr } from './per-log-snr.js';

export type { EdmOptions };

/**
 * The EDM weighting, per log-SNR.
 * @throws RangeError (`mean-not-finite`), (`sigma-data-not-positive`), (`deviation-not-positive`)
 */
export function edm(options: EdmOptions = {}): Weighting {
  return perLogSnr(edmWeight(options));
}
