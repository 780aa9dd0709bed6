/**
 * Evenly spaced times, the plainest grid:
 *
 *     t_i = 1 − i/n   for i = 0 … n − 1,   then clean data
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { descending } from '../internal/descending.js';
import { finite } from '../internal/finite.js';

/**
 * Evenly spaced times from `t = 1`. The last step lands on clean data, `sigma = 0`, also where the schedule itself stops short
 * of it. On a schedule that starts at pure noise the grid throws a RangeError (`grid-infinite`).
 */
export function uniform(): Grid {
  return (process, steps) => {
    finite(process.schedule.logSnr(1), '`t = 1`');
    const times = Array.from({ length: counted(steps) }, (_, i) => 1 - i / steps);
    return descending([...times.map(process.at), process.level(Infinity)]);
  };
}
