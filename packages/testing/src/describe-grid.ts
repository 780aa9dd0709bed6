/** Conformance of a time grid. */
import type { ForwardProcess, Grid } from '@tweedie/core';
import { describe, expect, test } from 'vitest';
import { forms, linearLogSnr } from './forms.js';
import { relative } from './internal/numbers.js';

/**
 * Tests a grid: `steps + 1` levels, noise falling strictly, from a finite start, each a level of the process.
 * @param name what the tests are called
 * @param grid the factory
 * @param options.process a process that the grid can visit; default, three forms of a schedule with finite ends
 * @param options.steps numbers of steps to try, default 1, 2, 10 and 100
 * @param options.path 'any' for a grid that may rise or stay, as samplers may admit it; 'descending' by default
 */
export function describeGrid(
  name: string,
  grid: () => Grid,
  options: { readonly process?: ForwardProcess; readonly steps?: readonly number[]; readonly path?: 'descending' | 'any' } = {},
): void {
  const { process: given, steps = [1, 2, 10, 100], path = 'descending' } = options;
  const processes =
    given === undefined ? Object.entries(forms(linearLogSnr({ min: -9, max: 11 }))) : [['the process', given] as const];

  for (const [form, process] of processes)
    for (const count of steps)
      describe(`${name}, ${form}, ${count} steps`, () => {
        const levels = () => grid()(process, count);

        test('has one level more than steps, from a finite start', () => {
          expect(levels().length).toBe(count + 1);
          expect(Number.isFinite(levels()[0]?.sigma)).toBe(true);
        });

        if (path === 'descending')
          test('loses noise at every step', () => {
            const stalls = levels().filter(({ logSnr }, i, all) => i > 0 && !(logSnr > (all[i - 1]?.logSnr ?? -Infinity)));
            expect(stalls).toEqual([]);
          });

        test('visits levels of the process', () => {
          for (const { t, alpha, sigma, logSnr } of levels()) {
            const same = process.level(logSnr);
            expect(relative(alpha, same.alpha)).toBeLessThan(1e-9);
            expect(Math.abs(sigma - same.sigma)).toBeLessThanOrEqual(1e-9 * same.sigma);
            expect(Math.abs(t - same.t)).toBeLessThan(1e-9);
          }
        });

        test('is a pure function', () => {
          const one = grid();
          expect(one(process, count)).toEqual(one(process, count));
        });
      });
}
