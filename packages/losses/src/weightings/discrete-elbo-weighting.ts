/**
 * The weighting of the evidence lower bound in `T` steps of equal time. Between a level `t` and the one before, `s`, the
 * divergence of the two Gaussian kernels is
 *
 *     KL(q(x_s | x_t, x_0) ‖ q(x_s | x_t, x̂_0)) = ½(SNR(s) − SNR(t))·‖x̂_0 − x_0‖² = ½ expm1(λ_s − λ_t)·‖ε̂ − ε‖²
 *
 * and there are `T` of them per unit of time. Kingma et al. 2021 (arXiv 2107.00630), eq. 13–14; Luo 2022 (arXiv 2208.11970),
 * eq. 99–110. With `T` it grows into `elbo()`, from above.
 */
import type { Weighting } from '@tweedie/core';
import { counted } from '../internal/checks.js';
import { LARGEST } from '../internal/weighed-range.js';

/**
 * The weighting of the bound in `steps` steps. From clean data the first would count infinitely: log-SNR counts up to 50.
 * @param steps a positive integer
 * @throws RangeError (`steps-not-positive`)
 */
export function discreteElboWeighting(steps: number): Weighting {
  counted({ steps });
  return ({ t, logSnr }, { schedule }) => {
    const before = Math.min(LARGEST, schedule.logSnr(Math.max(0, t - 1 / steps)));
    return (steps / 2) * Math.expm1(before - logSnr);
  };
}
