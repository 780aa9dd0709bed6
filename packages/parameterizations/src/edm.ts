/**
 * The preconditioning of Karras et al. 2022 (arXiv 2206.00364), table 1: input and target of the network have unit variance
 * for data of standard deviation `d = σ_data`, and the skip connection amplifies its errors least. In the paper's
 * `r = sigma/alpha`, `x/alpha`:
 *
 *     c_skip = d²/(r² + d²),   c_out = r·d/√(r² + d²),   c_in = 1/√(r² + d²)
 *
 * Multiplied out with `S = √(sigma² + d²·alpha²)` all of it is finite at every level of every process.
 */
import type { Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';
import { invalid } from './internal/invalid.js';

/**
 * EDM preconditioning. The paper's networks are told `ln(r)/4`: `told(edm(), quarterLogSigma)`.
 * @param options.sigmaData standard deviation of the data, positive; 0.5 by default
 * @throws RangeError (`sigma-data-not-positive`) unless `sigmaData` is positive and finite
 */
export function edm(options: { readonly sigmaData?: number } = {}): Parameterization {
  const { sigmaData = 0.5 } = options;
  if (!(sigmaData > 0 && sigmaData < Infinity))
    throw invalid('sigma-data-not-positive', `\`sigmaData\` must be positive, got ${sigmaData}`);
  return (level) => {
    const { alpha, sigma } = level;
    const deviation = Math.hypot(sigma, sigmaData * alpha);
    return {
      skip: (sigmaData ** 2 * alpha) / deviation ** 2,
      out: (sigmaData * sigma) / deviation,
      in: 1 / deviation,
      noise: angle(level),
      target: [sigma / (sigmaData * deviation), (-sigmaData * alpha) / deviation],
    };
  };
}
