/**
 * Whether a weighting is monotone: its weight per log-SNR w(λ) nowhere rises with λ. Such an objective is an evidence lower bound
 * of data with noise added (see `augmentation`); others are not. Kingma & Gao 2023 (arXiv 2303.00848), section 4.
 */
import type { ForwardProcess, Weighting } from '@tweedie/core';
import { weighedRange } from '../internal/weighed-range.js';
import { impliedWeight } from './implied-weight.js';

/** How many parts of the range are looked at. */
const PARTS = 4096;
/** What rounding may make of a constant weight. */
const ROUNDING = 1e-9;

/** Whether `weighting` is monotone on `process`, over the range of its schedule within log-SNR ±50. */
export function isMonotone(weighting: Weighting, process: ForwardProcess): boolean {
  return rises(weighting, process).length === 0;
}

/**
 * Where the weight per log-SNR rises.
 * @returns the intervals of log-SNR, in order, found on 4096 equal parts of the range of the schedule within ±50
 */
export function rises(weighting: Weighting, process: ForwardProcess): readonly (readonly [from: number, to: number])[] {
  const weight = impliedWeight(weighting, process);
  const { min, max } = weighedRange(process);
  const logSnrs = Array.from({ length: PARTS + 1 }, (_, i) => min + ((max - min) * i) / PARTS);
  const weights = logSnrs.map(weight);
  const found: [number, number][] = [];
  logSnrs.slice(1).forEach((to, i) => {
    const [here = 0, next = 0, from = to] = [weights[i], weights[i + 1], logSnrs[i]];
    if (next <= here * (1 + ROUNDING)) return;
    const last = found.at(-1);
    if (last?.[1] === from) last[1] = to;
    else found.push([from, to]);
  });
  return found;
}
