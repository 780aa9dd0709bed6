/**
 * A grid mirrored at equal parts of signal and noise: each log-SNR changes its sign, which exchanges the weights of the linear
 * interpolant, `sigma' = 1 − sigma`. It rises from clean data to noise, for models that run the other way (`invert_sigmas` in
 * the Python libraries) and for samplers that turn data into noise.
 */
import type { Grid } from '@tweedie/core';

/**
 * `grid` with the sign of each log-SNR changed, so that noise rises. Samplers take it with `path: 'any'`.
 * @param grid any; where it visits clean data the result visits pure noise, whose sigma is infinite under the variance
 * exploding process
 */
export function inverted(grid: Grid): Grid {
  return (process, steps) => grid(process, steps).map(({ logSnr }) => process.level(-logSnr));
}
