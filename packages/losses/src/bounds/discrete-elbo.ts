/**
 * The evidence lower bound of a chain of `T` Gaussian steps in its second form, negated, in bits per dimension:
 *
 *     −ln p(x_0) ≤ KL(q(x_T | x_0) ‖ p(x_T)) + Σ_{t>1} E KL(q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t)) − E ln p(x_0 | x_1)
 *
 * The loss is the sum estimated from one step per sample. Sohl-Dickstein et al. 2015 (arXiv 1503.03585); Ho et al. 2020 (arXiv
 * 2006.11239), eq. 5; Luo 2022 (arXiv 2208.11970), eq. 58. With a learned variance it is the `L_vlb` of Nichol & Dhariwal 2021
 * (arXiv 2102.09672).
 */
import type { Objective } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { boundObjective } from '../internal/bound-objective.js';
import { denoisingForm } from '../internal/denoising-form.js';
import type { BoundInputs } from './bound-inputs.js';
import type { ReverseOptions } from './reverse-options.js';

/**
 * The objective of training on the bound by denoising matching. `perExample` is an unbiased estimate of each sample's bound.
 * @param options the model; the variance is `fixedSmall()` by default
 * @throws RangeError (`steps-not-positive`, `parameterization-undefined`, `levels-empty`, `levels-not-noisy`,
 * `levels-out-of-order`, `limit-not-positive`); from `prepare` (`times-mismatch`), from `evaluate` (`channels-not-doubled`)
 */
export function discreteElbo<Condition = undefined>(
  options: ReverseOptions<Condition>,
): Objective<DiffusionBatch<Condition>, BoundInputs<Condition>> {
  return boundObjective(options, denoisingForm);
}
