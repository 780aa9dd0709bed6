/**
 * The sigmoid schedule: `alpha²` falls along a piece of the logistic function `S`, scaled to run from 1 to 0,
 *
 *     alpha²(t) = (S(end/τ) − S(z/τ)) / (S(end/τ) − S(start/τ)),   z = start + t·(end − start)
 *
 * Jabri et al. 2022 (arXiv 2212.11972), appendix B; Chen 2023 (arXiv 2301.10972), algorithm 1. Differences of logistic
 * functions are ratios of hyperbolic ones, so that nothing cancels: with `w = (end − start)/2τ`,
 *
 *     logSnr(t) = ln sinh(w(1 − t)) − ln sinh(wt) + ln cosh(start/2τ) − ln cosh(end/2τ)
 *
 * Unbounded at both ends: wrap it in `clamped` for training. (The table of β that the Python library calls "sigmoid" is another
 * one: `fromBetas(sigmoidBetas())`.)
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * Sigmoid noise schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`.
 * @param options.start left end of the logistic piece; −3 by default
 * @param options.end right end, above `start`; 3 by default
 * @param options.tau temperature, positive; 1 by default, smaller is steeper in the middle
 * @throws RangeError (`sigmoid-empty`) unless `end` is above `start`, (`tau-not-positive`) unless `tau` is positive and the
 * piece is at most 700 temperatures long
 */
export function sigmoid(options: { readonly start?: number; readonly end?: number; readonly tau?: number } = {}): NoiseSchedule {
  const { start = -3, end = 3, tau = 1 } = options;
  if (!(start < end && end - start < Infinity))
    throw invalid('sigmoid-empty', `\`start\` must be below \`end\`, got start ${start} and end ${end}`);
  const w = (end - start) / (2 * tau);
  // e^(2w) must not overflow in `time`.
  if (!(tau > 0 && tau < Infinity && w <= 350))
    throw invalid('tau-not-positive', `\`tau\` must be positive, finite and at least (end − start)/700, got ${tau}`);
  const offset = logCosh(start / (2 * tau)) - logCosh(end / (2 * tau));
  return {
    logSnr: (t) => logSinh(w * (1 - t)) - logSinh(w * t) + offset,
    time: (logSnr) => Math.min(1, Math.log1p((2 * Math.sinh(w)) / (Math.exp(logSnr - offset) + Math.exp(-w))) / (2 * w)),
    slope: (t) => -w / Math.tanh(w * (1 - t)) - w / Math.tanh(w * t),
  };
}

const logSinh = (x: number): number => x + Math.log(-Math.expm1(-2 * x)) - Math.LN2;
const logCosh = (x: number): number => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2;
