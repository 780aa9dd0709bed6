/**
 * Diffusion posterior sampling (DPS): the estimate x0(x_t) stands for x0, without spread. Chung et al. 2023 (arXiv 2209.14687).
 *
 *     without `noise`:  x_s ← x_s − scale/‖y − A·x0(x_t)‖·∇‖y − A·x0(x_t)‖²        algorithm 1, its ζ' is `scale`
 *     with `noise`:     x0' = x0 + scale·(σ²/α)·∇ ln N(y; A·x0(x_t), noise²·I)      its theorem 1, for every sampler
 *
 * Gradients are by x_t, back through the denoiser. The first form moves the estimate by as much as moves x_s so under ancestral sampling;
 * code that differentiates the norm and not its square takes twice this `scale`. The second is pseudoinverse guidance with `r = 0`.
 */
import { divNoNan, mul, sqrt, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, invalid, type Moment, posterior } from '@tweedie/core';
import { checkMeasured } from '../internal/check-measured.js';
import { innerProduct } from '../internal/inner-product.js';
import { missing } from '../internal/missing.js';
import { steered } from '../internal/steered.js';
import type { Measured } from './linear-operator.js';
import { pseudoinverseGuided } from './pseudoinverse-guided.js';

/**
 * Guidance by a linear measurement, by the gradient of a denoiser that must be differentiable by x. What it throws at a call: RangeError
 * (`guidance-undefined`) in pure noise, (`measurement-mismatch`); TypeError (`moment-missing`) without `noise`, outside a sampling run.
 * @param options.scale how strongly: ζ', or a factor of the likelihood's gradient; 1 by default, and 0 is off
 * @param options.noise standard deviation of the measurement's noise, positive; without it the paper's normalised steps are taken
 * @throws RangeError (`noise-not-positive`), (`scale-not-finite`), (`iterations-not-positive`)
 */
export function posteriorSampling(
  options: Measured & { readonly scale?: number; readonly noise?: number },
): <Condition>(denoiser: Denoiser<Condition>) => Denoiser<Condition> {
  const { operator, scale = 1, noise } = options;
  if (noise !== undefined) {
    if (!(noise > 0))
      throw invalid('noise-not-positive', `\`noise\` must be positive, got ${noise}: leave it out for normalised steps`);
    return pseudoinverseGuided({ ...options, variance: () => 0 });
  }
  checkMeasured(options, { scale });
  if (scale === 0) return (denoiser) => denoiser;
  return (denoiser) =>
    steered(denoiser, {
      weight: (_, moment) => scale / shareOfEstimate(moment),
      pull: (x0) =>
        tidy(() => {
          const rest = missing(options, x0);
          return operator.adjoint(divNoNan(mul(2, rest), sqrt(innerProduct(rest, rest))));
        }),
    });
}

/** What an ancestral step takes of x0; Infinity, so that nothing is pulled, where the noise does not fall. */
function shareOfEstimate(moment: Moment | undefined): number {
  if (moment === undefined)
    throw invalid(
      'moment-missing',
      'normalised steps need a sampling run that tells its steps; give `noise` to guide outside one',
      TypeError,
    );
  const { from, to } = moment;
  return to.logSnr > from.logSnr ? posterior(from, to).x0 : Infinity;
}
