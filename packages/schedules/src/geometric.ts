/**
 * The geometric schedule: the noise-to-signal ratio `sigma/alpha` grows by equal factors in equal times, which is log-SNR
 * linear in time,
 *
 *     sigma(t)/alpha(t) = σ_min·(σ_max/σ_min)^t,   logSnr(t) = −2 ln σ_min − 2t·ln(σ_max/σ_min)
 *
 * Song & Ermon 2019 (arXiv 1907.05600) for the ladder of noise levels; Song et al. 2021 (arXiv 2011.13456), appendix C, for
 * the variance exploding process in continuous time; the "linear" schedule of Kingma et al. 2021 (arXiv 2107.00630).
 */
import type { NoiseSchedule } from '@tweedie/core';
import { sigmaRange } from './internal/sigma-range.js';
import { linearLogSnr } from './linear-log-snr.js';

/**
 * Geometric noise schedule, finite at both ends.
 * @param options.sigmaMin `sigma/alpha` at `t = 0`, positive; 0.01 by default
 * @param options.sigmaMax `sigma/alpha` at `t = 1`, above `sigmaMin`; 50 by default
 * @throws RangeError (`sigma-range-empty`) unless `0 < sigmaMin < sigmaMax`
 */
export function geometric(options: { readonly sigmaMin?: number; readonly sigmaMax?: number } = {}): NoiseSchedule {
  const { sigmaMin = 0.01, sigmaMax = 50 } = options;
  sigmaRange(sigmaMin, sigmaMax);
  return linearLogSnr({ min: -2 * Math.log(sigmaMax), max: -2 * Math.log(sigmaMin) });
}
