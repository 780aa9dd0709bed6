import { invalid } from './invalid.js';

/** The number of steps, or a RangeError (`steps-not-positive`). */
export function counted(steps: number, name = 'steps'): number {
  if (!Number.isInteger(steps) || steps < 1)
    throw invalid('steps-not-positive', `\`${name}\` must be a positive integer, got ${steps}`);
  return steps;
}
