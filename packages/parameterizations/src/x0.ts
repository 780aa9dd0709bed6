/**
 * The network predicts the data: `F = x0`. Defined at every level, and poor at low noise, where the answer is nearly the input.
 * "Sample prediction" in the Python libraries. Ho et al. 2020 (arXiv 2006.11239), section 3.2.
 */
import type { Parameterization } from '@tweedie/core';
import { angle } from './internal/angle.js';

/** Data prediction. */
export function x0(): Parameterization {
  return (level) => ({ skip: 0, out: 1, in: 1, noise: angle(level), target: [1, 0] });
}
