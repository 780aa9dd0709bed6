/**
 * The network predicts the mean of the step back to the level `s` before, `F = c_x·x_t + c_0·x0`, so that
 *
 *     x0 = (F − c_x·x)/c_0
 *
 * Undefined where the step moves nothing, as between two levels without noise or of pure noise. Ho et al. 2020 (arXiv
 * 2006.11239), eq. 8, "previous x" in Nichol & Dhariwal 2021 (arXiv 2102.09672).
 */
import type { NoiseLevel, Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';

/** Of the mean of `q(x_s | x_t, x_0)`: on `x_t` and on `x_0`. */
export interface PosteriorCoefficients {
  readonly x: number;
  readonly x0: number;
}

/**
 * Prediction of the posterior's mean. With small steps its answer is nearly the input, and `x0` a small difference.
 * @param posterior the step back from a level, as `(level) => posterior(level, previous(level))` with `posterior` of
 * `@tweedie/forward-process`
 */
export function posteriorMean(posterior: (level: NoiseLevel) => PosteriorCoefficients): Parameterization {
  return (level) => {
    const { x, x0 } = posterior(level);
    return {
      skip: -x / x0,
      out: 1 / x0,
      in: 1,
      noise: angle(level),
      target: [x0 + x * level.alpha, x * level.sigma],
    };
  };
}
