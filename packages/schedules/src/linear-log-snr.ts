/**
 * The schedule linear in log-SNR,
 *
 *     logSnr(t) = max + (min − max)·t
 *
 * Kingma et al. 2021 (arXiv 2107.00630), the start of the learned schedule of variational diffusion models; under it a loss per
 * log-SNR is a plain mean over time. In `sigma/alpha` it is `geometric`.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * Noise schedule with log-SNR falling at a constant rate.
 * @param options.min log-SNR at `t = 1`; −5 by default
 * @param options.max log-SNR at `t = 0`, above `min`; 13.3 by default
 * @throws RangeError (`log-snr-range-empty`) unless `min` is below `max` and both are finite
 */
export function linearLogSnr(options: { readonly min?: number; readonly max?: number } = {}): NoiseSchedule {
  const { min = -5, max = 13.3 } = options;
  if (!(min < max && max - min < Infinity))
    throw invalid('log-snr-range-empty', `\`min\` must be below \`max\` and both finite, got ${min} and ${max}`);
  const slope = min - max;
  return {
    logSnr: (t) => (t === 1 ? min : max + slope * t),
    time: (logSnr) => Math.min(1, Math.max(0, (logSnr - max) / slope)),
    slope: () => slope,
  };
}
