/**
 * The network predicts the score: `F = ∇ log p_t(x) = −ε/sigma`, so that by Tweedie's formula `x0 = (x + sigma²·F)/alpha`.
 * Undefined at pure noise, and its target grows without bound towards clean data. Song & Ermon 2019 (arXiv 1907.05600);
 * Song et al. 2021 (arXiv 2011.13456), eq. 7.
 */
import type { Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';

/** Score prediction. Infinite at `alpha = 0`, and its target at `sigma = 0`: train on a clamped schedule. */
export function score(): Parameterization {
  return (level) => {
    const { alpha, sigma } = level;
    return { skip: 1 / alpha, out: sigma ** 2 / alpha, in: 1, noise: angle(level), target: [0, -1 / sigma] };
  };
}
