/**
 * The Laplace schedule: under uniform times log-SNR has the Laplace distribution, which puts most of training around `mean`,
 *
 *     logSnr(t) = mean − b·ln 2t  for t ≤ ½,   mean + b·ln 2(1 − t)  beyond
 *
 * Hang et al. 2024 (arXiv 2407.03297), table 1. Unbounded at both ends: wrap it in `clamped` for training.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { positive } from './internal/positive.js';

/**
 * Laplace noise schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`.
 * @param options.mean log-SNR at `t = ½`, where its density peaks; 0 by default
 * @param options.scale `b`, positive: smaller is more concentrated; 0.5 by default
 * @throws RangeError (`mean-not-finite`), (`scale-not-positive`)
 */
export function laplace(options: { readonly mean?: number; readonly scale?: number } = {}): NoiseSchedule {
  const { mean = 0, scale = 0.5 } = options;
  if (!Number.isFinite(mean)) throw invalid('mean-not-finite', `\`mean\` must be finite, got ${mean}`);
  positive({ scale }, 'scale-not-positive');
  return {
    logSnr: (t) => (t <= 0.5 ? mean - scale * Math.log(2 * t) : mean + scale * Math.log(2 * (1 - t))),
    time: (logSnr) => {
      const tail = Math.exp(-Math.abs(logSnr - mean) / scale) / 2;
      return logSnr > mean ? tail : 1 - tail;
    },
    slope: (t) => -scale / Math.min(t, 1 - t),
  };
}
