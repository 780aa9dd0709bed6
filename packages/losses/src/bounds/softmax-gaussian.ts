/**
 * Discrete data from what is left of them under a little noise, by Bayes' rule with all values equally likely:
 *
 *     P(x) = N(m; x, s²) / Σ_v N(m; v, s²)
 *
 * Kingma et al. 2021 (arXiv 2107.00630), section 3.3, with pixels `2(k + ½)/256 − 1`: `limit: 255 / 256`.
 */
import { type Bins, checkedBins, type Decoder } from './decoder.js';
import { gaussianLogDensity } from './gaussian.js';

/**
 * The decoder of variational diffusion models. On tensors it needs `levels` times the memory of the data.
 * @param options.levels how many values the data take; 256
 * @param options.limit the largest of them; 1
 * @throws RangeError (`levels-not-positive`, `limit-not-positive`)
 */
export function softmaxGaussian(options: Bins = {}): Decoder {
  const { levels, limit, half } = checkedBins(options);
  const values = Array.from({ length: levels }, (_, i) => 2 * half * i - limit);
  return (arithmetic, x, model) => {
    const likelihoods = values.map((value) => gaussianLogDensity(arithmetic, value, model));
    return arithmetic.sub(gaussianLogDensity(arithmetic, x, model), arithmetic.logSumExp(likelihoods));
  };
}
