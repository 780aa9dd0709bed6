/**
 * Between two runs: starts and draws mixed on the circle, so that their variance stays 1 all the way,
 *
 *     z = sin((1 − share)·π/2)·z₁ + sin(share·π/2)·z₂
 *
 * with z₁ and z₂ independent. Interpolation in noise of Song et al. 2021 (DDIM, arXiv 2010.02502), appendix D.5, where the angle between two
 * draws of many numbers is near π/2. `share` 0 is exactly the first run and 1 the second.
 */
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { combine } from './combine.js';
import type { NoiseSource } from './contracts.js';
import { invalid } from './error.js';

/**
 * A noise source between two independent ones, for `sample`; of two paths, such as `brownianTree` gives, it is one.
 * @param share of the second, from 0 to 1
 * @throws RangeError (`share-out-of-range`)
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { mul } from '@tensorflow/tfjs-core';
 * import { blended, blendedNoise, type Denoiser, independentNoise, key, normal, sample } from '@tweedie/core';
 * import { variancePreserving } from '@tweedie/forward-process';
 * import { ddpm } from '@tweedie/samplers';
 * import { clamped, cosine, uniform } from '@tweedie/schedules';
 *
 * // The exact denoiser of data N(0, 1), in place of a trained network.
 * const denoiser: Denoiser = (x, { alpha, sigma }) => mul(x, alpha / (alpha ** 2 + sigma ** 2));
 * const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
 * const run = { denoiser, process, sampler: ddpm(), grid: uniform(), steps: 20, key: key(0) };
 *
 * for (const share of [0, 0.25, 0.5, 0.75, 1]) {
 *   const start = blended(normal(key(1), [1, 2]), normal(key(2), [1, 2]), share);
 *   const noise = blendedNoise(independentNoise(key(3)), independentNoise(key(4)), share);
 *   console.log(await (await sample({ ...run, start, noise })).data());
 * }
 * ```
 */
export function blendedNoise(first: NoiseSource, second: NoiseSource, share: number): NoiseSource {
  const weights = weightsOf(share);
  const noise: NoiseSource = (request) => tidy(() => combine([weights[0], first(request)], [weights[1], second(request)]));
  return Object.assign(noise, first.path && second.path ? { path: true as const } : {});
}

/**
 * A tensor of noise between two independent ones of the same shape and variance; fresh.
 * @param share of the second, from 0 to 1
 * @throws RangeError (`share-out-of-range`)
 */
export function blended(first: Tensor, second: Tensor, share: number): Tensor {
  const weights = weightsOf(share);
  return combine([weights[0], first], [weights[1], second]);
}

function weightsOf(share: number): readonly [number, number] {
  if (!(share >= 0 && share <= 1)) throw invalid('share-out-of-range', `\`share\` must lie from 0 to 1, got ${share}`);
  return [Math.sin(((1 - share) * Math.PI) / 2), Math.sin((share * Math.PI) / 2)];
}
