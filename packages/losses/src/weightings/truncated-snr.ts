/**
 * `max(SNR, 1)` on the squared x0 error, which is `max(1, 1/SNR)` on the squared ε error: the simple loss, but where the noise
 * prevails the plain x0 loss, so that the noisiest levels keep their say. Salimans & Ho 2022 (arXiv 2202.00512), section 4.
 */
import type { Weighting } from '@tweedie/core';

/** The truncated SNR weighting, per unit of time. */
export function truncatedSnr(): Weighting {
  return ({ logSnr }) => Math.max(1, Math.exp(-logSnr));
}
