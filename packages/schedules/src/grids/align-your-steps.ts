/**
 * Noise levels optimised for a model, by minimising the error between the sampler's SDE and the true one: Sabour et al. 2024
 * (arXiv 2404.14507), "Align Your Steps", whose table 3 lists eleven ratios for each of four models. Another number of steps is
 * read off the straight lines through the logarithms of these, as the authors advise; the last level becomes clean data.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';
import { invalid } from '../internal/invalid.js';
import { spaced } from '../internal/spaced.js';

/** The published levels, as `sigma/alpha`, noisiest first. */
export const alignedSigmas: Readonly<
  Record<'stableDiffusion15' | 'stableDiffusionXl' | 'deepFloydIf' | 'stableVideoDiffusion', readonly number[]>
> = {
  stableDiffusion15: [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029],
  stableDiffusionXl: [14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.38, 0.234, 0.113, 0.029],
  deepFloydIf: [160.41, 8.081, 3.315, 1.885, 1.207, 0.785, 0.553, 0.293, 0.186, 0.03, 0.006],
  stableVideoDiffusion: [700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002],
};

/**
 * Levels along a published table of ratios, in as many steps as asked; the last step lands on clean data.
 * @param sigmas `sigma/alpha` falling strictly, at least two; those of Stable Diffusion 1.5 by default
 * @throws RangeError (`grid-too-short`) for fewer than two ratios, (`level-out-of-range`) for one that is not positive and
 * finite; the grid throws (`grid-not-descending`) on a ratio that is not below the one before
 */
export function alignYourSteps(sigmas: readonly number[] = alignedSigmas.stableDiffusion15): Grid {
  if (sigmas.length < 2) throw invalid('grid-too-short', `\`sigmas\` must have at least two entries, got ${sigmas.length}`);
  const logSnrs = sigmas.map((sigma, i) => {
    if (!(sigma > 0 && sigma < Infinity))
      throw invalid('level-out-of-range', `\`sigmas\` must be positive and finite, got ${sigma} at index ${i}`);
    return -2 * Math.log(sigma);
  });
  return ({ level }, steps) => {
    const places = spaced(0, sigmas.length - 1, counted(steps) + 1).slice(0, steps);
    return descending([...places.map((place) => interpolated(logSnrs, place)), Infinity].map(level));
  };
}

/** The value at a fractional index. */
function interpolated(values: readonly number[], place: number): number {
  const below = Math.floor(place);
  const value = values[below] ?? Number.NaN;
  return place === below ? value : value + (place - below) * ((values[below + 1] ?? Number.NaN) - value);
}
