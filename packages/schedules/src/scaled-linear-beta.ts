/**
 * The scaled-linear-β schedule in continuous time: the root of the rate grows linearly, `β(t) = (a + (b − a)·t)²` with
 * `a = √β_min` and `b = √β_max`, so that
 *
 *     alpha² = e^(−B),   B(t) = t·(a² + a(b − a)t + ⅓(b − a)²t²),   logSnr(t) = −ln(e^B − 1)
 *
 * for the variance preserving process. The limit of the table of latent diffusion, Rombach et al. 2022 (arXiv 2112.10752),
 * `scaledLinearBetas`, whose betas are these rates over 1000 steps.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { fromRate } from './internal/from-rate.js';
import { positive } from './internal/positive.js';

/**
 * Scaled-linear-β noise schedule. `logSnr` is +Infinity at `t = 0` and finite at `t = 1`: −5.36 with the defaults.
 * @param options.betaMin rate at `t = 0`, positive; 0.85 by default
 * @param options.betaMax rate at `t = 1`, positive; 12 by default
 * @throws RangeError (`beta-not-positive`) unless both rates are positive and finite
 */
export function scaledLinearBeta(options: { readonly betaMin?: number; readonly betaMax?: number } = {}): NoiseSchedule {
  const { betaMin = 0.85, betaMax = 12 } = options;
  positive({ betaMin, betaMax }, 'beta-not-positive');
  const start = Math.sqrt(betaMin);
  const growth = Math.sqrt(betaMax) - start;
  return fromRate(
    (t) => (start + growth * t) ** 2,
    (t) => t * (betaMin + growth * t * (start + (growth * t) / 3)),
    // The root at t is the cube root c of a³ + 3(b − a)B; c − a is written as a ratio, in which nothing cancels.
    (b) => {
      const root = Math.cbrt(start ** 3 + 3 * growth * b);
      return (3 * b) / (root * root + root * start + betaMin);
    },
  );
}
