/**
 * Where a run goes, in numbers, for every driver: from level to level, or by steps that a {@link StepControl} chooses, with the levels
 * as stops. A stop is hit exactly, by a shorter step, and the length that was wanted before is tried again behind it.
 *
 * A step at infinite log-SNR, to clean data or from pure noise, is not measured: no error is known there. Where lengths are in log-SNR
 * it is one step, from or to the stop beside it; before clean data that is the schedule's own end, if it is finite.
 */
import type { ForwardProcess, NoiseLevel, SampleStep, StepControl, StepResult } from './contracts.js';
import { invalid } from './error.js';
import { controlled } from './internal/controlled-course.js';

/** A step to try. */
export interface Attempt {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly index: number;
  readonly count: number;
  /** Is its error asked for? */
  readonly measured: boolean;
}

/** What a step that was taken says of the run. */
export type Passed = Pick<SampleStep, 'index' | 'count' | 'progress' | 'rejected' | 'level'>;

/** The steps of a run: `next`, try it, `judge`, until there is no next one. */
export interface Course {
  /**
   * What to try, or undefined at the end.
   * @throws RangeError (`control-exhausted`), (`step-underflow`)
   */
  next(): Attempt | undefined;
  /**
   * Takes what was tried, or not: then the next one starts at the same place.
   * @param error of a measured attempt, in units of the tolerance
   * @throws RangeError (`error-not-finite`), (`control-length`)
   */
  judge(error?: number): Passed | undefined;
}

/**
 * The course along `levels`, at least two.
 * @throws RangeError (`control-unbounded`) if a control finds nothing between them to divide, (`control-off-schedule`) if one by time meets
 * levels that the schedule does not have
 */
export function course(levels: readonly NoiseLevel[], process: ForwardProcess, control?: StepControl): Course {
  return control === undefined ? stepwise(levels) : controlled(levels, process, control);
}

/**
 * The error that a sampler gave.
 * @throws TypeError (`error-not-estimated`) if it gave none
 */
export function errorOf<X>({ error }: StepResult<X>): X {
  if (error !== undefined) return error;
  throw invalid(
    'error-not-estimated',
    'a step control needs a sampler that estimates its error, such as `dpmAdaptive()` or `dormandPrince()`, and this one does not',
    TypeError,
  );
}

function stepwise(levels: readonly NoiseLevel[]): Course {
  const count = levels.length - 1;
  let index = 0;
  const ends = () => ({ from: levels[index] as NoiseLevel, to: levels[index + 1] as NoiseLevel });
  return {
    next: () => (index < count ? { ...ends(), index, count, measured: false } : undefined),
    judge() {
      const { to } = ends();
      index++;
      return { index: index - 1, count, progress: index / count, rejected: 0, level: to };
    },
  };
}
