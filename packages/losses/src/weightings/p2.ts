/**
 * P2 ("perception prioritised") weighting: levels at which only imperceptible detail is missing count less,
 *
 *     1/(k + SNR)^γ   on the squared ε error
 *
 * Choi et al. 2022 (arXiv 2204.00227), with the simple loss as what is weighted.
 */
import type { Weighting } from '@tweedie/core';
import { positive } from '../internal/checks.js';

/**
 * The P2 weighting, per unit of time.
 * @param options.gamma how strongly clean levels are held back, positive. Default 1
 * @param options.k keeps the weight at noisy levels, positive. Default 1
 * @throws RangeError (`gamma-not-positive`), (`k-not-positive`) unless both are positive and finite
 */
export function p2(options: { readonly gamma?: number; readonly k?: number } = {}): Weighting {
  const { gamma = 1, k = 1 } = options;
  positive({ gamma, k });
  return ({ logSnr }) => (k + Math.exp(logSnr)) ** -gamma;
}
