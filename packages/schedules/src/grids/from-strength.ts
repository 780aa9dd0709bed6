/**
 * The end of a grid, for runs that start from a noisy image and not from noise: of `n` steps the last `strength·n`, rounded. Meng et al.
 * 2022 (SDEdit, arXiv 2108.01073): the image is noised to the first level that is left, and sampling goes on from there.
 */
import type { Grid } from '@tweedie/core';
import { invalid } from '../internal/invalid.js';

/**
 * The last steps of `grid`, at least one.
 * @param strength share of the steps, in (0, 1]: 1 is the whole grid, which forgets the image, and next to 0 the image hardly changes
 * @throws RangeError (`strength-out-of-range`)
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { mul, ones } from '@tensorflow/tfjs-core';
 * import { type Denoiser, key, normal, sample } from '@tweedie/core';
 * import { perturb, variancePreserving } from '@tweedie/forward-process';
 * import { ddim } from '@tweedie/samplers';
 * import { clamped, cosine, fromStrength, uniform } from '@tweedie/schedules';
 *
 * // The exact denoiser of data N(0, 1), in place of a trained network.
 * const denoiser: Denoiser = (x, { alpha, sigma }) => mul(x, alpha / (alpha ** 2 + sigma ** 2));
 * const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
 *
 * const image = ones([1, 4, 4, 1]);
 * const levels = fromStrength(uniform(), 0.6)(process, 50); // 30 steps
 * const [first = process.at(1)] = levels;
 * const start = perturb(image, normal(key(1), image.shape), first);
 *
 * const edited = await sample({ denoiser, process, sampler: ddim(), grid: () => levels, steps: 30, key: key(2), start });
 * console.log(edited.shape);
 * ```
 */
export function fromStrength(grid: Grid, strength: number): Grid {
  if (!(strength > 0 && strength <= 1))
    throw invalid('strength-out-of-range', `\`strength\` must be above 0 and at most 1, got ${strength}`);
  return (process, steps) => {
    const levels = grid(process, steps);
    return levels.slice(-1 - Math.max(1, Math.round(strength * (levels.length - 1))));
  };
}
