/**
 * The schedule that EDM samples with: a root of the noise-to-signal ratio grows linearly in time,
 *
 *     (sigma/alpha)^(1/ρ) = σ_min^(1/ρ) + t·(σ_max^(1/ρ) − σ_min^(1/ρ))
 *
 * Karras et al. 2022 (arXiv 2206.00364), eq. 5, whose levels are its times at equal distances (the grid `karras`); as a schedule
 * Kingma & Gao 2023 (arXiv 2303.00848), table 1, "EDM (sampling)".
 */
import type { NoiseSchedule } from '@tweedie/core';
import { positive } from './internal/positive.js';
import { sigmaRange } from './internal/sigma-range.js';

/**
 * EDM's sampling schedule, finite at both ends.
 * @param options.rho exponent, positive; 7 by default
 * @param options.sigmaMin `sigma/alpha` at `t = 0`, positive; 0.002 by default
 * @param options.sigmaMax `sigma/alpha` at `t = 1`, above `sigmaMin`; 80 by default
 * @throws RangeError (`rho-not-positive`), (`sigma-range-empty`) unless `0 < sigmaMin < sigmaMax`
 */
export function edmSampling(
  options: { readonly rho?: number; readonly sigmaMin?: number; readonly sigmaMax?: number } = {},
): NoiseSchedule {
  const { rho = 7, sigmaMin = 0.002, sigmaMax = 80 } = options;
  positive({ rho }, 'rho-not-positive');
  sigmaRange(sigmaMin, sigmaMax);
  // Everything relative to the clean end: (σ/σ_min)^(1/ρ) − 1 runs from 0 to `growth`.
  const clean = -2 * Math.log(sigmaMin);
  const growth = Math.expm1(Math.log(sigmaMax / sigmaMin) / rho);
  return {
    logSnr: (t) => clean - 2 * rho * Math.log1p(growth * t),
    time: (logSnr) => Math.min(1, Math.max(0, Math.expm1((clean - logSnr) / (2 * rho)) / growth)),
    slope: (t) => (-2 * rho * growth) / (1 + growth * t),
  };
}
