/**
 * Estimates that agree with a measurement: what it says replaces what the denoiser says of the same, and the rest stays,
 *
 *     x0' = x0 + scale·A⁺·(y − A·x0),    A⁺ = Aᵀ·(A·Aᵀ)⁻¹
 *
 * Wang et al. 2023 (DDNM, arXiv 2212.00490), eq. 13, where `scale` is 1; for measurements without noise. No gradient is taken.
 */
import { add, mul, sub, tidy } from '@tensorflow/tfjs-core';
import type { Guidance } from '@tweedie/core';
import { checkMeasured } from '../internal/check-measured.js';
import { solved } from '../internal/solved.js';
import type { Measured } from './linear-operator.js';

/**
 * Guidance by projection; at `scale` 1 every estimate `x0` has `A·x0 = y`.
 * @param options.scale how far towards agreement, usually from 0, which is off, to 1 (default)
 * @throws RangeError (`scale-not-finite`), (`iterations-not-positive`)
 */
export function consistent<Condition = undefined>(options: Measured & { readonly scale?: number }): Guidance<Condition> {
  const { operator, measurement, scale = 1 } = options;
  checkMeasured(options, { scale });
  if (scale === 0) return (denoiser) => denoiser;
  return (denoiser) => (x, level, condition, moment) =>
    tidy(() => {
      const x0 = denoiser(x, level, condition, moment);
      const missing = sub(measurement, operator.apply(x0));
      return add(x0, mul(scale, operator.adjoint(solved(options, missing, 1, 0))));
    });
}
