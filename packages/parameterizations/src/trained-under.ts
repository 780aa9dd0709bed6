/**
 * A network trained under one process and sampled under another. At equal log-SNR the two noisy samples differ in scale only,
 * so the network gets `x` rescaled to what it knows,
 *
 *     x' = k·x,   k = alpha'/alpha = sigma'/sigma,   x0 = skip'·k·x + out'·F(in'·k·x, noise')
 *
 * with primes for the process of training. Karras et al. 2022 (arXiv 2206.00364), appendix B, does this by hand for each pair.
 */
import type { ForwardProcess, Parameterization } from '@tweedie/core';

/**
 * Wraps the parameterisation that the network was trained with, for use under any other process. Undefined where the process of
 * training is infinite, as a variance exploding one is at pure noise: sample from a clamped schedule.
 * @param process the process of training; its schedule is not used, as levels are matched by log-SNR
 */
export function trainedUnder(process: ForwardProcess): (parameterization: Parameterization) => Parameterization {
  return (parameterization) => (level) => {
    const known = process.level(level.logSnr);
    // Both ratios in one: each is 0/0 at one end, the norms never are.
    const k = Math.hypot(known.alpha, known.sigma) / Math.hypot(level.alpha, level.sigma);
    const scalings = parameterization(known);
    return { ...scalings, skip: scalings.skip * k, in: scalings.in * k };
  };
}
