/**
 * CFG++: guide the estimate of the data, but renew the noise of the unconditional one. A step from level t to s is
 *
 *     x_s = α_s·(x0(∅) + λ·Δ) + σ_s·ε̂(∅),    Δ = x0(y) − x0(∅),    ε̂(∅) = (x_t − α_t·x0(∅))/σ_t
 *
 * (Chung et al. 2024, arXiv 2406.08070, algorithm 2). The guided estimate of DDIM, `x0(∅) + scale·Δ`, enters its step with the coefficient
 * `α_s − σ_s·α_t/σ_t`, so that both are the same for
 *
 *     scale = λ/(1 − (α_t·σ_s)/(σ_t·α_s)) = λ/(1 − e^{−h/2}),    h = logSnr(s) − logSnr(t)
 *
 * large while steps are short against the noise, and λ in a step to clean data.
 */
import { invalid } from '@tweedie/core';
import type { GuidanceScale } from './guidance-scale.js';
import { finite } from './internal/finite.js';

/**
 * CFG++ as a scale of `classifierFree`: exactly the paper's algorithm under `ddim()`, and under every other sampler the same scale for each
 * evaluation of a step. Where a step goes to more noise, as in inversion, the scale is negative and the algorithm the paper's, too.
 * @param options.lambda guidance strength, 0 (no condition) to 1; 0.6 by default
 * @throws RangeError (`lambda-not-finite`); at a call, TypeError (`moment-missing`) outside a step, RangeError (`step-empty`) if a step
 * stays at its level
 */
export function cfgPlusPlus(options: { readonly lambda?: number } = {}): Extract<GuidanceScale, (...of: never) => number> {
  const { lambda = 0.6 } = options;
  finite('lambda', lambda);
  return (_, step) => {
    if (step === undefined)
      throw invalid(
        'moment-missing',
        '`cfgPlusPlus` must know where the step goes: call the denoiser with the moment of the step, as samplers do, got none',
        TypeError,
      );
    const { from, to } = step;
    if (from.logSnr === to.logSnr)
      throw invalid('step-empty', `\`cfgPlusPlus\` needs a step from one level to another, got two of log-SNR ${to.logSnr}`);
    return lambda / -Math.expm1((from.logSnr - to.logSnr) / 2);
  };
}
