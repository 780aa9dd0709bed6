/**
 * Guidance in an interval of noise levels, `sigmaMin < sigma/alpha ≤ sigmaMax`, and the denoiser as it is outside: at high noise guidance
 * harms the variety of samples, at low noise it changes nothing worth its cost. Kynkäänniemi et al. 2024 (arXiv 2404.07724).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Guidance, invalid } from '@tweedie/core';

/**
 * Any guidance, in an interval only. Outside of it the denoiser is called once, on the batch as it is.
 * @param options.sigmaMin `sigma/alpha` down to which there is guidance; 0 by default (0.28 in the paper, for Stable Diffusion XL)
 * @param options.sigmaMax `sigma/alpha` from which on there is guidance; not bounded by default (5.42 in the paper)
 * @throws RangeError (`interval-empty`) if `sigmaMin` is negative or not below `sigmaMax`
 */
export function interval<Condition, X = Tensor>(
  guidance: Guidance<Condition, Condition, X>,
  options: { readonly sigmaMin?: number; readonly sigmaMax?: number },
): Guidance<Condition, Condition, X> {
  const { sigmaMin = 0, sigmaMax = Infinity } = options;
  if (!(sigmaMin >= 0 && sigmaMin < sigmaMax))
    throw invalid('interval-empty', `\`sigmaMin\` must be from 0 to below \`sigmaMax\`, got ${sigmaMin} and ${sigmaMax}`);
  return (denoiser) => {
    const guided = guidance(denoiser);
    return (x, level, condition, moment) => {
      const ratio = level.sigma / level.alpha;
      return (sigmaMin < ratio && ratio <= sigmaMax ? guided : denoiser)(x, level, condition, moment);
    };
  };
}
