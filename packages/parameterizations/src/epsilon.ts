/**
 * The network predicts the noise: `F = ε`, so that `x0 = (x − sigma·F)/alpha`. Undefined at pure noise (`alpha = 0`), where the
 * noise says nothing about the data. Ho et al. 2020 (arXiv 2006.11239), eq. 11.
 */
import type { Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';

/** Noise prediction. Infinite at `alpha = 0`: sample from a clamped schedule. */
export function epsilon(): Parameterization {
  return (level) => ({ skip: 1 / level.alpha, out: -level.sigma / level.alpha, in: 1, noise: angle(level), target: [0, 1] });
}
