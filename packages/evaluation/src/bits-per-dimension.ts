/**
 * Bits per dimension. A density of continuous data is one of whole numbers `0 … levels − 1` once each is spread evenly over a bin,
 *
 *     x = low + (high − low)·(code + u)/levels, u uniform in [0, 1);   ln P(code) ≥ E_u[ln p(x)] + d·ln((high − low)/levels)
 *
 * Theis et al. 2016 (arXiv 1511.01844), section 3.1. For bytes in [−1, 1] that adds 7 bits per dimension.
 */
import { bitsPerDimension as bits, invalid, type Key, uniform } from '@tweedie/core';

/** How whole numbers became continuous data. */
export interface Dequantization {
  /** How many whole numbers there are, at least 2; 256 for bytes. */
  readonly levels: number;
  /** Where the bins of all of them begin and end. */
  readonly range: readonly [low: number, high: number];
}

/**
 * Negative log-likelihoods in bits per dimension.
 * @param nats log-densities, one per example, summed over its dimensions
 * @param dimensions numbers per example
 * @param dequantization of whole numbers; without it these are the bits of the density itself, which may be negative
 * @throws RangeError (`dimensions-not-positive`), (`levels-too-few`), (`range-empty`)
 */
export function bitsPerDimension(nats: ArrayLike<number>, dimensions: number, dequantization?: Dequantization): Float64Array {
  const binBits = dequantization === undefined ? 0 : Math.log2(width(dequantization));
  return Float64Array.from(nats, (each) => bits(-each, dimensions) - binBits);
}

/**
 * Whole numbers spread evenly over their bins.
 * @param codes whole numbers from 0 to `levels − 1`, of any number of examples
 * @param first index of the first number, default 0: data cut into batches draw the same
 * @throws RangeError (`levels-too-few`), (`range-empty`), (`code-outside`)
 */
export function dequantized(codes: ArrayLike<number>, dequantization: Dequantization, key: Key, first = 0): Float64Array {
  const { levels, range } = dequantization;
  const bin = width(dequantization);
  const inside = uniform(key, codes.length, first);
  return Float64Array.from(codes, (code, i) => {
    if (!Number.isInteger(code) || code < 0 || code >= levels)
      throw invalid('code-outside', `\`codes\` must be whole numbers from 0 to ${levels - 1}, got ${code}`);
    return range[0] + bin * (code + (inside[i] ?? 0));
  });
}

function width({ levels, range: [low, high] }: Dequantization): number {
  if (!Number.isInteger(levels) || levels < 2)
    throw invalid('levels-too-few', `\`levels\` must be an integer, 2 or more, got ${levels}`);
  if (!(low < high && Number.isFinite(high - low)))
    throw invalid('range-empty', `\`range\` must be finite and rise, got ${low} to ${high}`);
  return (high - low) / levels;
}
