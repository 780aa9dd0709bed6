/**
 * A weighting given as the weight λ on the squared error of the score rather than of ε. As `score = −ε/σ`,
 *
 *     λ·‖ŝ − s‖² = λ/σ²·‖ε̂ − ε‖²
 *
 * so that λ = σ², the usual choice, is the simple weighting. Song & Ermon 2019 (arXiv 1907.05600), eq. 6.
 */
import type { NoiseLevel, Weighting } from '@tweedie/core';

/**
 * A weighting from `weight`, a function of the noise level.
 * @param weight non-negative; `({ sigma }) => sigma ** 2` weighs all levels alike in ε
 */
export function perScore(weight: (level: NoiseLevel) => number): Weighting {
  return (level) => weight(level) / level.sigma ** 2;
}
