/**
 * The table of betas that the Python libraries call "laplace". It is not `laplace()` at whole steps: it takes for `ᾱ` the *root*
 * of `sigmoid(λ)`, and a millionth keeps the logarithm finite at both ends,
 *
 *     ᾱ(t) = √sigmoid(−½ sgn(½ − t)·ln(1 − 2|½ − t| + 10⁻⁶))
 */
import { betasFromAlphaBar } from './betas.js';

/**
 * Betas of diffusers' `laplace`. Models trained on it need it; for training from scratch take `laplace()`.
 * @param options.steps number of training steps, a positive integer; 1000 by default
 * @param options.max cap on a beta, in (0, 1); 0.999 by default
 * @throws RangeError (`steps-not-positive`) for a bad `steps`, (`beta-out-of-range`) unless `max` lies between 0 and 1
 */
export function laplaceBetas(options: { readonly steps?: number; readonly max?: number } = {}): number[] {
  const root = (t: number) => {
    const distance = 0.5 - t;
    const logSnr = (distance < 0 ? 0.5 : -0.5) * Math.log(1 - 2 * Math.abs(distance) + 1e-6);
    return 1 / Math.sqrt(1 + Math.exp(-logSnr));
  };
  return betasFromAlphaBar(root, options);
}
