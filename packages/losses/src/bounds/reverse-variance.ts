/**
 * The variance of a step `p(x_s | x_t)` from noise to data. Ho et al. 2020 (arXiv 2006.11239), section 3.2, fix it at one of
 * its bounds `β̃` and `β`; Nichol & Dhariwal 2021 (arXiv 2102.09672), eq. 15, have the network say where between them it lies,
 *
 *     ln Σ = f·ln β + (1 − f)·ln β̃,   f = (v + 1)/2
 *
 * with `v` the second half of the network's output along the last axis. Being an extrapolation, `v` may leave [−1, 1].
 */
import type { Arithmetic, Operand } from './arithmetic.js';
import type { VarianceBounds } from './reverse-step.js';

/** A rule for the variance that a step has. */
export interface ReverseVariance {
  /** Whether the network's output has a second half, the `output` below. */
  readonly learned: boolean;
  /** `ln Σ`, of each element or of all. */
  logVariance<X>(arithmetic: Arithmetic<X>, bounds: VarianceBounds<X>, output: Operand<X>): Operand<X>;
}

/** The variance of the posterior, right for data without spread. */
export function fixedSmall(): ReverseVariance {
  return { learned: false, logVariance: (_, { small }) => small };
}

/** The variance of the transition, right for data of unit variance; of the posterior in the step to data. */
export function fixedLarge(): ReverseVariance {
  return { learned: false, logVariance: (_, { large }) => large };
}

/** The network's output is the logarithm of the variance itself. */
export function learnedLogVariance(): ReverseVariance {
  return { learned: true, logVariance: (_, __, output) => output };
}

/** The network's output, from −1 to 1, says where between the posterior's and the transition's the logarithm lies. */
export function learnedRange(): ReverseVariance {
  return {
    learned: true,
    logVariance: ({ add, sub, mul }, { small, transition }, output) =>
      add(small, mul(mul(0.5, add(output, 1)), sub(transition, small))),
  };
}
