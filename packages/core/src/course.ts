/**
 * Where a run goes, in numbers, for every driver: from level to level, or by steps that a {@link StepControl} chooses, with the levels
 * as stops. A stop is hit exactly, by a shorter step, and the length that was wanted before is tried again behind it.
 *
 * A step at infinite log-SNR, to clean data or from pure noise, is not measured: no error is known there. Where lengths are in log-SNR
 * it is one step from or to the stop beside it.
 */
import type { ForwardProcess, NoiseLevel, SampleStep, StepControl, StepResult } from './contracts.js';
import { invalid } from './error.js';

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
   * @throws RangeError (`control-exhausted`), (`step-underflow`), (`control-unbounded`), (`control-off-schedule`)
   */
  next(): Attempt | undefined;
  /**
   * Takes what was tried, or not: then the next one starts at the same place.
   * @param error of a measured attempt, in units of the tolerance
   * @throws RangeError (`error-not-finite`), (`control-length`)
   */
  judge(error?: number): Passed | undefined;
}

/** The course along `levels`, at least two. */
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

function controlled(levels: readonly NoiseLevel[], process: ForwardProcess, control: StepControl): Course {
  const { limit = 10_000 } = control;
  const { of, at } = axes[control.coordinate];
  const stops = levels.length - 1;
  let [stop, index, rejected] = [1, 0, 0];
  let from = levels[0] as NoiseLevel;
  let wanted = control.first;
  let memory: unknown;
  let tried = { to: from, length: 0, stops: false, measured: false };
  return {
    next() {
      const target = levels[stop];
      if (target === undefined) return undefined;
      if (index + rejected === limit)
        throw invalid(
          'control-exhausted',
          `the run is not over after ${limit} tries, at log-SNR ${from.logSnr}: allow more error, or raise the control's \`limit\``,
        );
      tried = reach(target);
      return { from, to: tried.to, index, count: Infinity, measured: tried.measured };
    },
    judge(error = 0) {
      const { to, length, measured } = tried;
      if (Number.isNaN(error))
        throw invalid('error-not-finite', `the step from log-SNR ${from.logSnr} to ${to.logSnr} gave NaN: check the model`);
      const verdict = measured ? control.next(error, length, memory) : { accept: true, length: wanted, memory };
      if (!(verdict.length > 0))
        throw invalid('control-length', `a step control must ask for a positive length, got ${verdict.length}`);
      memory = verdict.memory;
      // a step that was cut short says little against the length that was wanted
      wanted = verdict.accept && length < wanted ? Math.max(wanted, verdict.length) : verdict.length;
      if (!verdict.accept) {
        rejected++;
        return undefined;
      }
      index++;
      from = to;
      if (tried.stops) stop++;
      const over = stop > stops;
      return { index: index - 1, count: over ? index : Infinity, progress: progress(), rejected, level: to };
    },
  };

  function reach(target: NoiseLevel): typeof tried {
    const [here, there] = [of(from), of(target)];
    if (Number.isNaN(here) || Number.isNaN(there))
      throw invalid('control-off-schedule', 'lengths in time need levels that have a time: use lengths in `halfLogSnr`');
    const left = Math.abs(there - here);
    if (left === 0 || !Number.isFinite(left)) {
      if (!Number.isFinite(here) && !Number.isFinite(there))
        throw invalid(
          'control-unbounded',
          'a controlled run from pure noise to clean data needs a stop of finite log-SNR between',
        );
      return { to: target, length: wanted, stops: true, measured: false };
    }
    const length = Math.min(wanted, left);
    if (length < left && !(length > 16 * Number.EPSILON * Math.abs(here)))
      throw invalid('step-underflow', `no step from log-SNR ${from.logSnr} is short enough for the tolerance: allow more error`);
    const to = length === left ? target : at(here + Math.sign(there - here) * length, process);
    return { to, length, stops: length === left, measured: Number.isFinite(from.logSnr) && Number.isFinite(to.logSnr) };
  }

  function progress(): number {
    const target = levels[stop];
    const [first, here, there] = [levels[stop - 1] ?? from, from, target ?? from].map(of) as [number, number, number];
    return (stop - 1 + (here === first ? 0 : (here - first) / (there - first))) / stops;
  }
}

const axes = {
  time: { of: ({ t }: NoiseLevel) => t, at: (t: number, process: ForwardProcess) => process.at(t) },
  halfLogSnr: {
    of: ({ logSnr }: NoiseLevel) => logSnr / 2,
    at: (half: number, process: ForwardProcess) => process.level(2 * half),
  },
};
