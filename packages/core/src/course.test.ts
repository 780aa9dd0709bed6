import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ForwardProcess, NoiseLevel, StepControl } from './contracts.js';
import { type Attempt, course, errorOf, type Passed } from './course.js';

const unused = (): never => {
  throw new Error('not called here');
};
const level = (logSnr: number): NoiseLevel => ({
  t: Math.min(1, Math.max(0, (10 - logSnr) / 20)),
  alpha: Math.sqrt(1 / (1 + Math.exp(-logSnr))),
  sigma: Math.sqrt(1 / (1 + Math.exp(logSnr))),
  logSnr,
});
const process: ForwardProcess = {
  schedule: { logSnr: (t) => 10 - 20 * t, time: unused, slope: unused },
  at: (t) => level(10 - 20 * t),
  level,
  drift: unused,
  diffusion: unused,
};
const control: StepControl = {
  coordinate: 'halfLogSnr',
  absolute: 1,
  relative: 0,
  norm: 'batch',
  first: 1,
  next: (error, length) => ({ accept: error <= 1, length: error <= 1 ? length : length / 2 }),
};

/** A whole run; `error` says what each attempt is off by. */
function run(levels: readonly NoiseLevel[], by: StepControl | undefined, error: (attempt: Attempt) => number = () => 0) {
  const way = course(levels, process, by);
  const [attempts, passed]: [Attempt[], Passed[]] = [[], []];
  for (let attempt = way.next(); attempt !== undefined; attempt = way.next()) {
    attempts.push(attempt);
    const taken = way.judge(attempt.measured ? error(attempt) : undefined);
    if (taken !== undefined) passed.push(taken);
  }
  return { attempts, passed };
}
const halves = (levels: readonly { readonly level: NoiseLevel }[]) => levels.map((each) => each.level.logSnr / 2);
const half = (to: number) => level(2 * to);

describe('without a control', () => {
  test('goes from level to level', () => {
    const levels = [-4, 0, 4].map(level);
    const { attempts, passed } = run(levels, undefined);
    expect(attempts).toEqual([
      { from: levels[0], to: levels[1], index: 0, count: 2, measured: false },
      { from: levels[1], to: levels[2], index: 1, count: 2, measured: false },
    ]);
    expect(passed).toEqual([
      { index: 0, count: 2, progress: 0.5, rejected: 0, level: levels[1] },
      { index: 1, count: 2, progress: 1, rejected: 0, level: levels[2] },
    ]);
  });
});

describe('under a control', () => {
  test('cuts a step short at a stop, and goes on with the length that was wanted', () => {
    const levels = [half(-2), half(0.5), half(4)];
    const { passed } = run(levels, control);
    expect(halves(passed)).toEqual([-1, 0, 0.5, 1.5, 2.5, 3.5, 4]);
    expect(passed[2]?.level).toBe(levels[1]);
    expect(passed.at(-1)?.level).toBe(levels[2]);
    expect(passed.map(({ progress }) => Math.round(1000 * progress))).toEqual([200, 400, 500, 643, 786, 929, 1000]);
    expect(passed.map(({ count }) => count)).toEqual([...new Array<number>(6).fill(Infinity), 7]);
  });

  test('tries again from the same place, and counts', () => {
    const { attempts, passed } = run([half(0), half(1)], control, ({ from, to }) => to.logSnr - from.logSnr);
    expect(attempts.map(({ from, to, index }) => [from.logSnr / 2, to.logSnr / 2, index])).toEqual([
      [0, 1, 0],
      [0, 0.5, 0],
      [0.5, 1, 1],
    ]);
    expect(passed.map(({ rejected }) => rejected)).toEqual([1, 1]);
  });

  test('hands the memory on, of rejected steps too', () => {
    const seen: unknown[] = [];
    const remembering: StepControl<number> = {
      ...control,
      next(error, length, memory = 0) {
        seen.push(memory);
        return { ...control.next(error, length), memory: memory + 1 };
      },
    };
    run([half(0), half(1)], remembering, ({ from, to }) => to.logSnr - from.logSnr);
    expect(seen).toEqual([0, 1, 2]);
  });

  test('neither measures a step at infinite log-SNR nor asks the control about it', () => {
    const levels = [level(-Infinity), half(3), half(5), level(Infinity)];
    const { attempts, passed } = run(levels, control);
    expect(attempts.map(({ measured }) => measured)).toEqual([false, true, true, false]);
    expect(halves(passed)).toEqual([3, 4, 5, Infinity]);
    expect(passed.at(-1)).toMatchObject({ count: 4, progress: 1 });
  });

  test('goes on to the end of the schedule before it jumps to clean data', () => {
    for (const coordinate of ['time', 'halfLogSnr'] as const) {
      const { attempts, passed } = run([half(2.5), level(Infinity)], { ...control, coordinate, first: 10 });
      expect(halves(passed)).toEqual([5, Infinity]);
      expect(attempts.map(({ measured }) => measured)).toEqual([true, false]);
    }
    const endless = { ...process, at: () => level(Infinity) };
    expect(() => course([half(0), level(Infinity)], endless, control)).toThrow(
      expect.objectContaining({ code: 'control-unbounded' }),
    );
  });

  test('goes in time where that is the coordinate, also to clean data and where noise rises', () => {
    const inTime = { ...control, coordinate: 'time', first: 0.3 } as const;
    const { passed } = run([process.at(1), process.at(0), level(Infinity)], inTime);
    expect(passed.map(({ level: { t } }) => Number(t.toFixed(12)))).toEqual([0.7, 0.4, 0.1, 0, 0]);
    const back = run([process.at(0.2), process.at(0.9)], inTime);
    expect(back.passed.map(({ level: { t } }) => Number(t.toFixed(12)))).toEqual([0.5, 0.8, 0.9]);
  });

  test('reaches every stop, whatever the errors', () => {
    const lengths = fc.array(fc.double({ min: 0.05, max: 8, noNaN: true }), { minLength: 1, maxLength: 6 });
    const seed = fc.infiniteStream(fc.double({ min: 0.01, max: 4, noNaN: true }));
    fc.assert(
      fc.property(lengths, seed, fc.double({ min: 0.01, max: 10, noNaN: true }), (between, errors, first) => {
        let at = -8;
        const levels = [at, ...between.map((length) => (at += length))].map(level);
        const next: StepControl['next'] = (error, length) => ({ accept: error <= 1, length: length * Math.min(2, 0.9 / error) });
        const { attempts, passed } = run(levels, { ...control, first, next }, () => errors.next().value);
        const visited = passed.map(({ level: each }) => each);
        expect(visited.filter((each) => levels.includes(each))).toEqual(levels.slice(1));
        const progress = [0, ...passed.map((each) => each.progress)];
        for (const [i, share] of progress.slice(1).entries()) expect(share).toBeGreaterThan(progress[i] ?? Number.NaN);
        expect(progress.at(-1)).toBe(1);
        expect(passed.at(-1)).toMatchObject({ count: passed.length, rejected: attempts.length - passed.length });
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('a run that cannot go on ends by a named error', () => {
  const ends = [half(0), half(1)];
  const clockless = { ...half(1), t: Number.NaN };
  test.each<readonly [string, readonly NoiseLevel[], StepControl, number]>([
    ['control-exhausted', ends, { ...control, limit: 3, next: (_, length) => ({ accept: false, length }) }, 2],
    ['step-underflow', [half(-2), half(1)], control, 2],
    ['error-not-finite', ends, control, Number.NaN],
    ['control-length', ends, { ...control, next: () => ({ accept: true, length: 0 }) }, 0],
    ['control-length', ends, { ...control, next: () => ({ accept: true, length: Number.NaN }) }, 0],
    ['control-unbounded', [level(-Infinity), level(Infinity)], control, 0],
    ['control-unbounded', [half(6), level(Infinity)], control, 0],
    ['control-off-schedule', [half(0), clockless], { ...control, coordinate: 'time' }, 0],
    ['control-off-schedule', [half(-6), half(1)], { ...control, coordinate: 'time' }, 0],
  ])('%s', (code, levels, by, error) => {
    expect(() => run(levels, by, () => error)).toThrow(expect.objectContaining({ name: 'RangeError', code }));
  });

  test('error-not-estimated', () => {
    expect(() => errorOf({ x: 1, denoised: 1 })).toThrow(expect.objectContaining({ code: 'error-not-estimated' }));
    expect(errorOf({ x: 1, denoised: 1, error: 2 })).toBe(2);
  });
});
