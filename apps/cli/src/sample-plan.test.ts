import { describe, expect, it } from 'vitest';
import { run } from '../test/small.js';
import { recordsOf, samplePlan } from './sample-plan.js';

const { data } = run; // three classes
const points = { kind: 'points', source: 'moons' } as const;
const plan = (flags: Partial<Parameters<typeof samplePlan>[0]>, of: Parameters<typeof samplePlan>[1] = data) => {
  const { labels, ...rest } = samplePlan({ seed: 1, ...flags }, of, 'run');
  return { labels: [...labels], ...rest };
};

describe('samples', () => {
  it('take turns in all classes, or in those asked for, by number or by name', () => {
    expect(plan({ n: 5 })).toEqual({ labels: [0, 1, 2, 0, 1], seeds: 1, columns: 3 });
    expect(plan({ n: 5, class: '2, 0' }).labels).toEqual([2, 0, 2, 0, 2]);
    expect(plan({ n: 3, class: '1' }).labels).toEqual([1, 1, 1]);
    expect(plan({}, points)).toMatchObject({ labels: new Array(64).fill(0), columns: 8 });
  });

  it('lie so that a column is of one class, or in a square', () => {
    expect(plan({}).columns % 3).toBe(0);
    expect(plan({ n: 400 }).columns).toBe(21);
    expect(plan({ class: '1' }).columns).toBe(8);
    expect(plan({ n: 2 }).columns).toBe(2);
  });

  it('are as many as the seeds', () => {
    expect(plan({ seed: [4, 2] })).toEqual({ labels: [0, 1], seeds: [{ seed: 4 }, { seed: 2 }], columns: 2 });
    expect(plan({ seed: [4, 2], n: 2 }).labels.length).toBe(2);
  });

  it('lie between seeds in rows, each of one class', () => {
    expect(plan({ seed: [4, 2, 9], interpolate: 2 })).toEqual({
      labels: [0, 0, 1, 1],
      seeds: [
        { seed: 4, to: 2, share: 0 },
        { seed: 4, to: 2, share: 1 },
        { seed: 2, to: 9, share: 0 },
        { seed: 2, to: 9, share: 1 },
      ],
      columns: 2,
    });
  });
});

it('has a record of each sample', () => {
  expect(recordsOf(samplePlan({ seed: 3, n: 2 }, data, 'run'), data)).toEqual([
    { seed: 3, index: 0, class: '0' },
    { seed: 3, index: 1, class: '1' },
  ]);
  expect(recordsOf(samplePlan({ seed: [5] }, points, 'run'), points)).toEqual([{ seed: 5 }]);
});

it.each([
  [{ class: '1,4' }, data, 'class-unknown', '`--class` must be one of 0, 1, 2, or a number from 0 to 2, got 4'],
  [{ class: '' }, data, 'class-unknown', '`--class` must be one of 0, 1, 2, or a number from 0 to 2, got '],
  [{ class: '0' }, points, 'class-unknown', '`--class` is for models of classes, and run has none'],
  [{ seed: [1, 2], n: 3 }, data, 'count-differs', '`--n` must be 2, one for each seed, got 3: leave it out'],
  [
    { seed: [1, 2], interpolate: 4, n: 3 },
    data,
    'count-differs',
    '`--n` must be 4, 4 between each pair of seeds, got 3: leave it out',
  ],
  [
    { interpolate: 4 },
    data,
    'interpolation-ends',
    '`--interpolate` goes from each seed to the next: give at least two, as `--seed 1,2`, got 1',
  ],
])('refuses %j', (flags, of, code, message) => {
  expect(() => plan(flags, of)).toThrow(expect.objectContaining({ code, message }));
});
