/**
 * The prior term of a bound: what data still show at the noisiest level `T`, by which sampling from the prior is wrong,
 *
 *     KL(q(x_T | x_0) ‖ N(0, τ²)),   q(x_T | x_0) = N(α_T x_0, σ_T²)
 *
 * Luo 2022 (arXiv 2208.11970), eq. 58. By default `τ² = α_T² + σ_T²`, the variance there of data of unit variance: 1 under a
 * variance preserving process, as in Ho et al. 2020 (arXiv 2006.11239).
 */
import { invalid, type NoiseLevel } from '@tweedie/core';
import type { Arithmetic, Operand } from './arithmetic.js';
import { gaussianKl } from './gaussian.js';

/**
 * The prior term of each element, in nats.
 * @param level the noisiest one; `sigma` must be positive and finite
 * @param variance of the prior, positive; {@link unitVariance} of the level by default
 * @throws RangeError (`prior-undefined`) if the level is clean or infinitely noisy, or `variance` is not positive
 */
export function priorTerm<X>(
  arithmetic: Arithmetic<X>,
  x0: Operand<X>,
  level: NoiseLevel,
  variance: number = unitVariance(level),
): X {
  const { alpha, sigma } = level;
  if (!(sigma > 0 && variance > 0 && Number.isFinite(sigma + variance)))
    throw invalid(
      'prior-undefined',
      `the noisiest level and the prior must have a positive and finite variance, got sigma ${sigma} and variance ${variance}: wrap the schedule in \`clamped\``,
    );
  const noisy = { mean: arithmetic.mul(x0, alpha), logVariance: 2 * Math.log(sigma) };
  return gaussianKl(arithmetic, noisy, { mean: 0, logVariance: Math.log(variance) });
}

/** The variance that data of unit variance have at a level. */
export function unitVariance({ alpha, sigma }: NoiseLevel): number {
  return alpha ** 2 + sigma ** 2;
}
