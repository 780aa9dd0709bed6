/**
 * The sub-variance-preserving process: `sigma = 1 − alpha²`, below the noise of the variance preserving process of the same
 * `alpha`, so that data of unit variance lose some of it on the way. With `q = e^(−λ/2)`, the ratio `sigma/alpha`,
 *
 *     alpha = 2/(q + √(q² + 4)),   sigma = q·alpha;   d ln alpha/dλ = sigma/(2 + 2 alpha²)
 *
 * Song et al. 2021 (arXiv 2011.13456), eq. 12 and 29. A process is a function of log-SNR, and that of the paper's sub-VP SDE is
 * not its VP's: `subVariancePreserving(noiseSquared(linearBeta()))`.
 */
import type { ForwardProcess, NoiseSchedule } from '@tweedie/core';
import { scaled } from './internal/scaled.js';

/** Sub-variance-preserving process over `schedule`, from clean data at log-SNR +Infinity to `N(0, I)` at −Infinity. */
export function subVariancePreserving(schedule: NoiseSchedule): ForwardProcess {
  return scaled(schedule, scale, ({ alpha, sigma }) => sigma / (2 + 2 * alpha * alpha));
}

/** Written in the smaller of `sigma/alpha` and its inverse: neither overflows. */
function scale(logSnr: number): { readonly alpha: number; readonly sigma: number } {
  const ratio = Math.exp(-Math.abs(logSnr) / 2);
  if (logSnr > 0) {
    const alpha = 2 / (ratio + Math.sqrt(ratio * ratio + 4));
    return { alpha, sigma: ratio * alpha };
  }
  const sigma = 2 / (1 + Math.sqrt(1 + 4 * ratio * ratio));
  return { alpha: ratio * sigma, sigma };
}
