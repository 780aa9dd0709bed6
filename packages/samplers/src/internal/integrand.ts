/**
 * What DPM-Solver integrates exactly, in half log-SNR `λ = ln(α/σ)` and to first order over a step `h` of it:
 *
 *     x0:  x_s = (σ_s/σ_t)·x_t − α_s (e^z − 1)·x0,  z = −h;        ε:  x_s = (α_s/α_t)·x_t − σ_s (e^z − 1)·ε,  z = h
 *
 * Lu et al. 2022 (arXiv 2211.01095), eq. 8, and (arXiv 2206.00927), eq. 3.7. With a share `η` of fresh noise the step over x0 goes
 * further down, `z = −h + ½ln(1 − η² + η²e^{−2h})`, and comes up again by `σ_s·η·√(1 − e^{−2h})` times a draw.
 */
import type { NoiseLevel, StepContext } from '@tweedie/core';
import { epsilonOf } from './multistep.js';

/** What is integrated, and how a level is reached: `carried·x − scale·I(z) + fresh·noise`. */
export interface Integrand {
  reach(from: NoiseLevel, to: NoiseLevel): { carried: number; scale: number; z: number; fresh: number };
  estimate<X>(context: StepContext<X>, x: X, denoised: X, level: NoiseLevel): X;
  /** What to integrate over a step that is infinite in log-SNR; default, the same. */
  readonly infinite?: Integrand;
}

/** Over x0, with the share `eta` of fresh noise of the standard deviation `spread`. */
export function overData({ eta, scale: spread }: { readonly eta: number; readonly scale: number }): Integrand {
  return {
    reach(from, to) {
      const h = to.logSnr - from.logSnr; // 2h of the paper
      const kept = eta === 0 ? 1 : Math.max(0, (1 - eta) * (1 + eta) + eta ** 2 * Math.exp(-h));
      const carried = (Math.sqrt(kept) * to.sigma) / from.sigma;
      const fresh = eta === 0 ? 0 : spread * to.sigma * Math.sqrt(Math.min(1, -(eta ** 2) * Math.expm1(-h)));
      // where nothing is kept `z` is infinite, and e^−700 as good as nothing
      return { carried, scale: to.alpha, z: Math.max(-700, (Math.log(kept) - h) / 2), fresh };
    },
    estimate: (_, __, denoised) => denoised,
  };
}

/** Over ε, without fresh noise. */
export const overNoise: Integrand = {
  reach: (from, to) => ({ carried: to.alpha / from.alpha, scale: to.sigma, z: (to.logSnr - from.logSnr) / 2, fresh: 0 }),
  infinite: overData({ eta: 0, scale: 1 }), // ε tells nothing there
  estimate: (context, x, denoised, level) => epsilonOf(context, x, level, denoised),
};
