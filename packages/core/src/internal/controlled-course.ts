/** A course whose steps a control chooses. */
import type { ForwardProcess, NoiseLevel, StepControl } from '../contracts.js';
import type { Course } from '../course.js';
import { invalid } from '../error.js';

/**
 * Steps between the levels, which are stops.
 * @throws RangeError (`control-unbounded`), (`control-off-schedule`) as `course`
 */
export function controlled(given: readonly NoiseLevel[], process: ForwardProcess, control: StepControl): Course {
  const { limit = 10_000 } = control;
  const { of, at } = axes[control.coordinate];
  const levels = withSchedulesEnd(given, process);
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

/** Clean data are as far from a level as the schedule goes on to its own end, and one step more. */
function withSchedulesEnd(levels: readonly NoiseLevel[], process: ForwardProcess): readonly NoiseLevel[] {
  return levels.flatMap((level, i) => {
    const [last, end] = [levels[i - 1], process.at(0)];
    const insert = level.logSnr === Infinity && end.logSnr < Infinity && last !== undefined && last.logSnr < end.logSnr;
    return insert ? [end, level] : [level];
  });
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
