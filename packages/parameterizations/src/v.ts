/**
 * The network predicts `v = alpha·ε − sigma·x0`, which is the noise at clean data and the data (negated) at pure noise: defined
 * and well scaled at every level. Salimans & Ho 2022 (arXiv 2202.00512), section 4 and appendix D; the division by
 * `alpha² + sigma²`, 1 for a variance preserving process, extends it to all others.
 */
import type { Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';

/** Velocity prediction on the circle, the "v-prediction" of variance preserving models. */
export function v(): Parameterization {
  return (level) => {
    const { alpha, sigma } = level;
    const norm = alpha * alpha + sigma * sigma;
    return { skip: alpha / norm, out: -sigma / norm, in: 1, noise: angle(level), target: [-sigma, alpha] };
  };
}
