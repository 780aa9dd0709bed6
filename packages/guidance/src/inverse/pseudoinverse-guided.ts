/**
 * Pseudoinverse guidance (ΠGDM): x0 given x_t is taken for N(x0(x_t), r²·I), so that a linear measurement has the likelihood
 *
 *     p(y | x_t) = N(y; A·x0(x_t), r²·A·Aᵀ + noise²·I)
 *
 * whose gradient, back through the denoiser, is added to the score: `x0' = x0 + scale·(σ²/α)·∇ ln p(y | x_t)`. Song et al. 2023
 * (Pseudoinverse-guided diffusion models, ICLR 2023). Where x0 given x_t is such a Gaussian, the result is exactly E[x0 | x_t, y].
 */
import { tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, invalid, type NoiseLevel } from '@tweedie/core';
import { checkMeasured } from '../internal/check-measured.js';
import { missing } from '../internal/missing.js';
import { solved } from '../internal/solved.js';
import { steered } from '../internal/steered.js';
import type { Measured } from './linear-operator.js';

/** Options of {@link pseudoinverseGuided}. */
export interface PseudoinverseOptions extends Measured {
  /** Standard deviation of the measurement's noise, not negative; default 0. */
  readonly noise?: number;
  /** `r²`, positive unless there is noise; default `σ²/(α² + σ²)`, that of data N(0, I), which the paper takes. */
  readonly variance?: (level: NoiseLevel) => number;
  /** How strongly; 1 by default, and 0 is off. */
  readonly scale?: number;
}

/**
 * Guidance by a linear measurement, by the gradient of a denoiser that must be differentiable by x. What it throws at a call: RangeError
 * (`guidance-undefined`) in pure noise, (`variance-invalid`) for a variance below 0, or 0 without noise, (`measurement-mismatch`).
 * @throws RangeError (`noise-negative`), (`scale-not-finite`), (`iterations-not-positive`)
 */
export function pseudoinverseGuided(
  options: PseudoinverseOptions,
): <Condition>(denoiser: Denoiser<Condition>) => Denoiser<Condition> {
  const { operator, noise = 0, scale = 1, variance = ofNormalData } = options;
  checkMeasured(options, { scale, noise });
  if (scale === 0) return (denoiser) => denoiser;
  return (denoiser) =>
    steered(denoiser, {
      weight: ({ alpha, sigma }) => (scale * sigma ** 2) / alpha,
      pull(x0, level) {
        const spread = variance(level);
        if (!(spread >= 0 && spread + noise > 0 && spread < Infinity))
          throw invalid(
            'variance-invalid',
            `\`variance\` must be finite and positive, or 0 where \`noise\` is positive, got ${spread}`,
          );
        return tidy(() => operator.adjoint(solved(options, missing(options, x0), spread, noise)));
      },
    });
}

function ofNormalData({ alpha, sigma }: NoiseLevel): number {
  return sigma ** 2 / (alpha ** 2 + sigma ** 2);
}
