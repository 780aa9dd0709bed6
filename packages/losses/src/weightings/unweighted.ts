/**
 * The weighting under which the loss of a parameterisation is its plain mean squared error: with target `a·x0 + b·ε`,
 *
 *     w = ((b·α − a·σ)/α)²
 *
 * So `unweighted(v())` is the v loss of Salimans & Ho 2022 (arXiv 2202.00512), also for a network that predicts something else.
 */
import type { Parameterization, Weighting } from '@tweedie/core';

/**
 * The weighting, per unit of time, that makes the loss of `parameterization` a plain mean.
 * @param parameterization whose network output is to count the same at every time
 */
export function unweighted(parameterization: Parameterization): Weighting {
  return (level) => {
    const [a, b] = parameterization(level).target;
    return ((b * level.alpha - a * level.sigma) / level.alpha) ** 2;
  };
}
