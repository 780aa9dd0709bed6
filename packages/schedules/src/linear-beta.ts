/**
 * The linear-β schedule in continuous time: noise is added at the rate `β(t) = β_min + t·(β_max − β_min)`, so that
 *
 *     alpha² = e^(−B),   B(t) = β_min·t + ½(β_max − β_min)·t²,   logSnr(t) = −ln(e^B − 1)
 *
 * for the variance preserving process. Song et al. 2021 (arXiv 2011.13456), eq. 32–33; the limit of the linear table of
 * Ho et al. 2020 (arXiv 2006.11239), whose betas are these rates over 1000 steps.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { fromRate } from './internal/from-rate.js';
import { positive } from './internal/positive.js';

/**
 * Linear-β noise schedule. `logSnr` is +Infinity at `t = 0` and finite at `t = 1`: −10.06 with the defaults.
 * @param options.betaMin rate at `t = 0`, positive; 0.1 by default
 * @param options.betaMax rate at `t = 1`, positive; 20 by default
 * @throws RangeError (`beta-not-positive`) unless both rates are positive and finite
 */
export function linearBeta(options: { readonly betaMin?: number; readonly betaMax?: number } = {}): NoiseSchedule {
  const { betaMin = 0.1, betaMax = 20 } = options;
  positive({ betaMin, betaMax }, 'beta-not-positive');
  const growth = betaMax - betaMin;
  return fromRate(
    (t) => betaMin + growth * t,
    (t) => t * (betaMin + (growth * t) / 2),
    (b) => (2 * b) / (betaMin + Math.sqrt(betaMin * betaMin + 2 * growth * b)),
  );
}
