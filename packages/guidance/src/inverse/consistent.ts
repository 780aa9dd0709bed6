/**
 * Estimates that agree with a measurement: what it says replaces what the denoiser says of the same, and the rest stays,
 *
 *     x0' = x0 + scale·A⁺·(y − A·x0),    A⁺ = Aᵀ·(A·Aᵀ)⁻¹
 *
 * Wang et al. 2023 (DDNM, arXiv 2212.00490), algorithm 1, where `scale` is 1; for measurements without noise. No gradient is taken.
 */
import { add, mul, tidy } from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';
import { checkMeasured } from '../internal/check-measured.js';
import { missing } from '../internal/missing.js';
import { solved } from '../internal/solved.js';
import type { Measured } from './linear-operator.js';

/**
 * Guidance by projection; at `scale` 1 every estimate `x0` has `A·x0 = y`. It throws a RangeError
 * (`measurement-mismatch`) at a measurement of a shape that the operator does not give.
 * @param options.scale how far towards agreement, usually from 0, which is off, to 1 (default)
 * @throws RangeError (`scale-not-finite`), (`iterations-not-positive`)
 */
export function consistent(
  options: Measured & { readonly scale?: number },
): <Condition>(denoiser: Denoiser<Condition>) => Denoiser<Condition> {
  const { operator, scale = 1 } = options;
  checkMeasured(options, { scale });
  if (scale === 0) return (denoiser) => denoiser;
  return (denoiser) => (x, level, condition, moment) =>
    tidy(() => {
      const x0 = denoiser(x, level, condition, moment);
      return add(x0, mul(scale, operator.adjoint(solved(options, missing(options, x0), 1, 0))));
    });
}
