/**
 * The network predicts the velocity of the straight line from data to noise, `u = ε − x0`, so that with `alpha + sigma = 1`
 * `x0 = x − sigma·F`. Defined at every level. Lipman et al. 2022 (arXiv 2210.02747), eq. 23; Liu et al. 2022 (arXiv 2209.03003);
 * time runs from data to noise, so the sign is that of Stable Diffusion 3 and opposite to the papers'.
 */
import type { Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';

/** Flow-matching velocity prediction. */
export function velocity(): Parameterization {
  return (level) => {
    const { alpha, sigma } = level;
    const sum = alpha + sigma;
    return { skip: 1 / sum, out: -sigma / sum, in: 1, noise: angle(level), target: [-1, 1] };
  };
}
