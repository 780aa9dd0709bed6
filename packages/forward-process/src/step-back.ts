/** The step of a discrete model that leads to a level, undone: from `t` to `t − 1/T`, or to the data where no earlier step is left. */
import { type ForwardProcess, invalid, type NoiseLevel } from '@tweedie/core';
import { type Posterior, posterior } from './transition.js';

/**
 * The posterior of the step before each level, for `posteriorMean` of `@tweedie/parameterizations`.
 * @param steps length of the model, a positive integer; steps are of equal time
 * @throws RangeError (`steps-not-positive`)
 */
export function stepBack(process: ForwardProcess, steps: number): (level: NoiseLevel) => Posterior {
  if (!Number.isInteger(steps) || steps < 1)
    throw invalid('steps-not-positive', `\`steps\` must be a positive integer, got ${steps}`);
  return (level) => {
    const t = level.t - 1 / steps;
    return posterior(level, t < 0.5 / steps ? process.level(Infinity) : process.at(t));
  };
}
