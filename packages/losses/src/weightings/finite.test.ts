import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterizations, processes, schedules, weightings } from '../../test/tables.js';
import { networkWeight } from '../index.js';

const infinities = [-Infinity, -50, -20, -3, 0, 3, 20, 50, Infinity];
const ends = [0, 2 ** -1000, 2 ** -60, 2 ** -33, 1 - 2 ** -33, 1 - 2 ** -53, 1];
const combinations = Object.keys(schedules).flatMap((schedule) =>
  Object.keys(processes).map((process) => [process, schedule] as const),
);

/** The weights in network space of every weighting and parameterisation at the levels of a process, by name. */
function weightsAt(process: string, schedule: string, times: readonly number[], logSnrs: readonly number[]) {
  const [on, over] = [processes[process], schedules[schedule]];
  if (on === undefined || over === undefined) throw new Error(`${process} over ${schedule} is not in the table`);
  const forward = on(over);
  const levels = [...times.map(forward.at), ...logSnrs.map(forward.level)];
  return Object.entries(weightings).flatMap(([weighting, weigh]) =>
    Object.entries(parameterizations).flatMap(([name, parameterization]) =>
      levels.map((level) => ({
        name: `${weighting} of ${name} at ${level.t}, ${level.logSnr}`,
        weight: networkWeight({ process: forward, parameterization, weighting: weigh }, level),
      })),
    ),
  );
}

describe.each(combinations)('weights on %s over %s', (process, schedule) => {
  it('are finite and not negative at the ends and beyond', () => {
    const bad = weightsAt(process, schedule, ends, infinities).filter(({ weight }) => !(weight >= 0 && weight < Infinity));
    expect(bad).toEqual([]);
  });

  it('fit float32 at every log-SNR that a network tells from its neighbours', () => {
    fc.assert(
      fc.property(fc.double({ min: -25, max: 25, noNaN: true }), (logSnr) => {
        const bad = weightsAt(process, schedule, [], [logSnr]).filter(({ weight }) => !(Math.fround(weight) < Infinity));
        expect(bad).toEqual([]);
      }),
      { numRuns: 20, seed: 1, examples: [[-25], [25]] },
    );
  });
});
