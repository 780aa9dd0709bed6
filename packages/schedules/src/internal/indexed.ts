import type { ForwardProcess, NoiseLevel } from '@tweedie/core';
import { descending } from './descending.js';
import { invalid } from './invalid.js';

/** Refuses more steps than the model was trained with. */
export function within(steps: number, trainSteps: number): void {
  if (!(steps <= trainSteps))
    throw invalid('steps-too-many', `\`steps\` must be at most \`trainSteps\`, got ${steps} steps of ${trainSteps}; use fewer`);
}

/** The levels of training indices, noisiest first, and clean data. Index `i` of `T` is at `t = (i + 1)/T`, as in `fromBetas`. */
export function indexed(process: ForwardProcess, indices: readonly number[], trainSteps: number): readonly NoiseLevel[] {
  const stray = indices.find((index) => !(index >= 0 && index < trainSteps));
  if (stray !== undefined)
    throw invalid('index-out-of-range', `indices must lie from 0 to ${trainSteps - 1}, got ${stray}; use a smaller \`offset\``);
  return descending([...indices.map((index) => process.at((index + 1) / trainSteps)), process.level(Infinity)]);
}

/** Halves go to the even neighbour, as in the Python libraries whose indices these are. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}
