/**
 * A weighting given per log-SNR λ rather than per unit of time, so that the expected loss does not depend on the schedule but for its ends:
 *
 *     ½·w(λ)·(−dλ/dt)·‖ε̂ − ε‖²
 *
 * Kingma & Gao 2023 (arXiv 2303.00848), eq. 10.
 */
import type { Weighting } from '@tweedie/core';

/**
 * A weighting from `weight`, a function of log-SNR.
 * @param weight non-negative; 1 gives the evidence lower bound
 */
export function perLogSnr(weight: (logSnr: number) => number): Weighting {
  return ({ logSnr, t }, { schedule }) => -0.5 * weight(logSnr) * schedule.slope(t);
}
