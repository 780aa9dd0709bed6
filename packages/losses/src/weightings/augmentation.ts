/**
 * The noise that a monotone weighting adds to the data. With `L(t)` the negative evidence lower bound of data noised to time t,
 * up to terms without parameters, `L(t) = ½∫_t^1 (−dλ/ds)·E‖ε̂ − ε‖² ds`, the weighted loss is
 *
 *     L_w = w(λ_min)·E[L(T)],   P(T ≤ t) = w(λ_t)/w(λ_min)
 *
 * so that T has the density `p_w(t) = (dw(λ_t)/dt)/w(λ_min)`, and is 0, clean data, with probability `w(λ_max)/w(λ_min)`. Kingma
 * & Gao 2023 (arXiv 2303.00848), section 4.
 */
import { type ForwardProcess, invalid, type Weighting } from '@tweedie/core';
import { inside } from '../internal/inside.js';
import { root } from '../internal/root.js';
import { weighedRange } from '../internal/weighed-range.js';
import { impliedWeight } from './implied-weight.js';
import { rises } from './is-monotone.js';

/** A distribution of the time up to which data are noised. */
export interface Augmentation {
  /** The weight per log-SNR at the noisy end, by which the evidence lower bound is multiplied. */
  readonly scale: number;
  /** Probability of clean data. */
  readonly atom: number;
  /** Probability of a time at most `t`. */
  cdf(t: number): number;
  /** Density at a time in (0, 1), by central difference; meaningless at the jump of a `step`. */
  density(t: number): number;
  /** The time at a probability in (0, 1); 0 below `atom`. */
  quantile(p: number): number;
}

/** Half the width of the central difference. */
const HALF = 2 ** -18;

/**
 * The augmentation under which the loss of a monotone weighting is an evidence lower bound.
 * @throws RangeError (`weighting-not-monotone`) if the weight per log-SNR rises somewhere, (`weighting-zero`) if it is 0 or
 * infinite at the noisy end
 */
export function augmentation(weighting: Weighting, process: ForwardProcess): Augmentation {
  const [rise] = rises(weighting, process);
  if (rise !== undefined)
    throw invalid(
      'weighting-not-monotone',
      `\`weighting\` must not rise with log-SNR, but it does from ${rise[0]} to ${rise[1]}: no noise added to the data has its loss`,
    );
  const weight = impliedWeight(weighting, process);
  const { min, max } = weighedRange(process);
  const scale = weight(min);
  if (!(scale > 0 && scale < Infinity))
    throw invalid('weighting-zero', `\`weighting\` must be positive and finite at the noisy end, log-SNR ${min}, got ${scale}`);
  const cdf = (t: number) => (t >= 1 ? 1 : weight(Math.min(max, Math.max(min, process.schedule.logSnr(inside(t))))) / scale);
  const atom = weight(max) / scale;
  return {
    scale,
    atom,
    cdf,
    density(t) {
      const [from, to] = [Math.max(0, t - HALF), Math.min(1, t + HALF)];
      return (cdf(to) - cdf(from)) / (to - from);
    },
    quantile: (p) => (p <= atom ? 0 : root((t) => cdf(t) - p, 0, 1)),
  };
}
