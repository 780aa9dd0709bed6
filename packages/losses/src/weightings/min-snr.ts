/**
 * `min(SNR, γ)` on the squared x0 error, which is `min(1, γ/SNR)` on the squared ε error: no noise level counts more than in the
 * simple loss, and nearly clean ones less. Hang et al. 2023 (arXiv 2303.09556), eq. 8.
 */
import type { Weighting } from '@tweedie/core';
import { positive } from '../internal/checks.js';

/**
 * The min-SNR-γ weighting, per unit of time.
 * @param options.gamma the largest weight on the x0 error, positive. Default 5
 * @throws RangeError (`gamma-not-positive`) if `gamma` is not positive and finite
 */
export function minSnr(options: { readonly gamma?: number } = {}): Weighting {
  const { gamma = 5 } = options;
  positive({ gamma });
  return ({ logSnr }) => Math.min(1, gamma * Math.exp(-logSnr));
}
