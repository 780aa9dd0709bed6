import type { Grid } from '@tweedie/core';
import { describeGrid, forms, linearLogSnr } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { revisiting } from './revisiting.js';

const process = forms(linearLogSnr({ min: -10, max: 10 }))['variance exploding'];
const grid: Grid = ({ level }, steps) => Array.from({ length: steps + 1 }, (_, i) => level(-8 + (16 * i) / steps));

describeGrid('revisiting nothing', () => revisiting(grid, { min: 0, max: 100, times: 0 }));

test('visits what lies between once more each time, and all else once, in the order of the grid', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 60 }),
      fc.nat({ max: 5 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      (steps, times, min) => {
        const max = min * 20;
        const levels = revisiting(grid, { min, max, times })(process, steps);
        for (const level of grid(process, steps)) {
          const visits = levels.filter(({ logSnr }) => logSnr === level.logSnr).length;
          expect(visits).toBe(level.sigma >= min && level.sigma <= max ? times + 1 : 1);
        }
        expect(levels.filter(({ logSnr }, i) => logSnr < (levels[i - 1]?.logSnr ?? -Infinity)).length).toBe(times);
        expect([levels[0]?.logSnr, levels.at(-1)?.logSnr]).toEqual([-8, 8]);
      },
    ),
    { numRuns: 50, seed: 1 },
  );
});

test('refuses what is no interval, and one that the grid passes by', () => {
  expect(() => revisiting(grid, { min: 2, max: 1 })).toThrow('`min` must not be negative or above `max`, got 2 and 1');
  expect(() => revisiting(grid, { min: 1, max: 2, times: 0.5 })).toThrow(expect.objectContaining({ code: 'times-negative' }));
  expect(() => revisiting(grid, { min: 1, max: 1.01 })(process, 8)).toThrow(expect.objectContaining({ code: 'interval-empty' }));
});
