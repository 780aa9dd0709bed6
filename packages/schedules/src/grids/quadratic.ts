/**
 * Times that fall along a square, close together near the data:
 *
 *     t_i = (1 − i/n)²   for i = 0 … n − 1,   then clean data
 *
 * Song et al. 2020 (arXiv 2010.02502), appendix D.2; `time_quadratic` in the code of DPM-Solver.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';
import { finite } from '../internal/finite.js';

/**
 * Quadratically spaced times from `t = 1`. The last step lands on clean data, `sigma = 0`, also where the schedule itself stops
 * short of it. On a schedule that starts at pure noise the grid throws a RangeError (`grid-infinite`).
 */
export function quadratic(): Grid {
  return (process, steps) => {
    finite(process.schedule.logSnr(1), '`t = 1`');
    const times = Array.from({ length: counted(steps) }, (_, i) => (1 - i / steps) ** 2);
    return descending([...times.map(process.at), process.level(Infinity)]);
  };
}
