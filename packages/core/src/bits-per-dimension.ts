/** Likelihoods in the unit of the literature, `bits = nats/(d·ln 2)`. Theis et al. 2016 (arXiv 1511.01844), section 3.1. */
import { invalid } from './error.js';

/**
 * Bits per dimension.
 * @param nats negative log-likelihood of a whole example, or a bound of it
 * @param dimensions how many elements an example has, a positive integer
 * @throws RangeError (`dimensions-not-positive`)
 */
export function bitsPerDimension(nats: number, dimensions: number): number {
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw invalid('dimensions-not-positive', `\`dimensions\` must be a positive integer, got ${dimensions}`);
  return nats / (dimensions * Math.LN2);
}
