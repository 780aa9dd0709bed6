/**
 * The discretised normal distribution as improved-diffusion has it, to compare likelihoods with it: the distribution function
 * is
 *
 *     Φ(z) ≈ ½(1 + tanh(√(2/π)·(z + 0.044715 z³)))
 *
 * and no probability is smaller than 1e-12. Page 1977, Applied Statistics 26; Nichol & Dhariwal 2021 (arXiv 2102.09672). Where
 * a value is less likely than that its gradient is zero, and in float32 less than 1e-7 drowns in rounding: train with
 * `discretizedGaussian`.
 */
import type { Arithmetic } from './arithmetic.js';
import { type Bins, checkedBins, type Decoder } from './decoder.js';

/** The smallest probability. */
const FLOOR = 1e-12;

/**
 * The decoder of a discretised normal distribution, by an approximation.
 * @param options.levels how many values the data take; 256
 * @param options.limit the largest of them; 1
 * @throws RangeError (`levels-not-positive`, `limit-not-positive`)
 */
export function tanhDiscretizedGaussian(options: Bins = {}): Decoder {
  const { limit, half } = checkedBins(options);
  return (arithmetic, x, { mean, logVariance }) => {
    const { add, sub, mul, exp, log, abs, max, select } = arithmetic;
    const precision = exp(mul(-0.5, logVariance));
    const difference = sub(x, mean);
    const below = approximateNormalCdf(arithmetic, mul(sub(difference, half), precision));
    const above = approximateNormalCdf(arithmetic, mul(add(difference, half), precision));
    const probability = select(sub(abs(x), limit - half), select(x, sub(1, below), above), sub(above, below));
    return log(max(probability, FLOOR));
  };
}

/** Page's approximation of the normal distribution function, within 2e-4. */
export function approximateNormalCdf<X>({ add, mul, tanh }: Arithmetic<X>, z: X): X {
  const cubic = mul(z, add(1, mul(0.044715, mul(z, z))));
  return mul(0.5, add(1, tanh(mul(Math.sqrt(2 / Math.PI), cubic))));
}
