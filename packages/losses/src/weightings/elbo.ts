/**
 * The weighting of the evidence lower bound in continuous time, `½·(−dλ/dt)` on the squared ε error. Kingma et al. 2021 (arXiv
 * 2107.00630), eq. 17; Song et al. 2021 (arXiv 2101.09258).
 */
import type { Weighting } from '@tweedie/core';
import { perLogSnr } from './per-log-snr.js';

/**
 * The weighting of the evidence lower bound, 1 per log-SNR. The loss is then in nats per element, up to terms without parameters.
 */
export function elbo(): Weighting {
  return perLogSnr(() => 1);
}
