/**
 * What a weighting is per log-SNR λ under a process, whatever it was given per,
 *
 *     w(λ) = 2·W·p(λ),   p(λ) = −dt/dλ
 *
 * with `W` the weight on the squared ε error per unit of time: the inverse of `perLogSnr`. Two objectives with one w(λ) are one
 * objective. Kingma & Gao 2023 (arXiv 2303.00848), table 1.
 */
import type { ForwardProcess, Weighting } from '@tweedie/core';
import { inside } from '../internal/inside.js';

/**
 * The weight per log-SNR of `weighting` on `process`, a function of log-SNR over the range of the schedule; 1 is the evidence
 * lower bound. Its own scale is kept: tables in papers often leave out constant factors.
 */
export function impliedWeight(weighting: Weighting, process: ForwardProcess): (logSnr: number) => number {
  return (logSnr) => {
    const level = process.level(logSnr);
    return (-2 * weighting(level, process)) / process.schedule.slope(inside(level.t));
  };
}
