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

function controlled(levels: readonly NoiseLevel[], process: ForwardProcess, control: StepControl): Course {
  const { limit = 10_000 } = control;
  const { of, at } = axes[control.coordinate];
  const places = levels.map((level) => of(level, process));
  expectDistances(places);
  let [stop, index, rejected] = [1, 0, 0];
  let here = { level: levels[0] as NoiseLevel, place: places[0] as number };
  let wanted = control.first;
  let memory: unknown;
  let tried = { ...here, length: 0, stops: false, measured: false };
  return {
    next() {
      const target = levels[stop];
      if (target === undefined) return undefined;
      if (index + rejected === limit)
        throw invalid(
          'control-exhausted',
          `the run is not over after ${limit} tries, at log-SNR ${here.level.logSnr}: allow more error, or raise the control's \`limit\``,
        );
      tried = reach({ level: target, place: places[stop] as number });
      return { from: here.level, to: tried.level, index, count: Infinity, measured: tried.measured };
    },
    judge(error = 0) {
      const { level, place, length, measured } = tried;
      if (Number.isNaN(error))
        throw invalid(
          'error-not-finite',
          `the step from log-SNR ${here.level.logSnr} to ${level.logSnr} gave NaN: check the model`,
        );
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
      here = { level, place };
      if (tried.stops) stop++;
      const over = stop === levels.length;
      return { index: index - 1, count: over ? index : Infinity, progress: progress(), rejected, level };
    },
  };

  function reach(target: typeof here): typeof tried {
    const left = Math.abs(target.place - here.place);
    if (left === 0 || !Number.isFinite(left)) return { ...target, length: wanted, stops: true, measured: false };
    const length = Math.min(wanted, left);
    const stops = length === left;
    if (!stops && !(length > 16 * Number.EPSILON * Math.abs(here.place)))
      throw invalid(
        'step-underflow',
        `no step from log-SNR ${here.level.logSnr} is short enough for the tolerance: allow more error`,
      );
    const place = here.place + Math.sign(target.place - here.place) * length;
    const to = stops ? target : { level: at(place, process), place };
    const measured = Number.isFinite(here.level.logSnr) && Number.isFinite(to.level.logSnr);
    return { ...to, length, stops, measured };
  }

  function progress(): number {
    const [start = 0, end = 0] = places.slice(stop - 1);
    const share = here.place === start ? 0 : (here.place - start) / (end - start);
    return (stop - 1 + share) / (levels.length - 1);
  }
}

function expectDistances(places: readonly number[]): void {
  if (places.some(Number.isNaN))
    throw invalid(
      'control-off-schedule',
      'lengths in time need levels of the schedule: take another grid, or lengths in `halfLogSnr`',
    );
  const bounded = places.filter(Number.isFinite).length;
  if (bounded < 2)
    throw invalid(
      'control-unbounded',
      `a controlled run needs two levels that a finite length is between, got ${bounded} of them: take more steps, or lengths in \`time\``,
    );
}

interface Axis {
  /** Where a level lies: NaN if nowhere, and infinite where only one step leads. */
  of(level: NoiseLevel, process: ForwardProcess): number;
  at(place: number, process: ForwardProcess): NoiseLevel;
}

const axes: Readonly<Record<StepControl['coordinate'], Axis>> = {
  time: {
    of({ t, logSnr }, { schedule }) {
      const there = schedule.logSnr(t);
      if (there === logSnr || Math.abs(there - logSnr) < 1e-6 * (1 + Math.abs(logSnr))) return t;
      return logSnr === Infinity ? Infinity : Number.NaN;
    },
    at: (t, process) => process.at(t),
  },
  halfLogSnr: {
    of: ({ logSnr }) => logSnr / 2,
    at: (half, process) => process.level(2 * half),
  },
};
