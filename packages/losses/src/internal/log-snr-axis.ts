import { invalid, type NoiseSchedule } from '@tweedie/core';
import type { TimeDensity } from '../times/drawn.js';
import { inside } from './inside.js';

/** The log-SNRs of a schedule as places from 0, clean, to 1, noisy. */
export interface LogSnrAxis {
  place(t: number): number;
  /** Places per unit of time. */
  speed(t: number): number;
  /** The density of time that a density of places makes. */
  timesOf(places: TimeDensity): TimeDensity;
}

/** @throws RangeError (`schedule-infinite`) if an end is infinite */
export function logSnrAxis(schedule: NoiseSchedule): LogSnrAxis {
  const [clean, noisy] = [schedule.logSnr(0), schedule.logSnr(1)];
  if (!(Math.abs(clean) < Infinity && Math.abs(noisy) < Infinity))
    throw invalid(
      'schedule-infinite',
      `\`schedule\` must have finite log-SNRs at both ends, got ${clean} and ${noisy}; wrap it in \`clamped(schedule, { min: -10, max: 10 })\``,
    );
  const range = clean - noisy;
  const place = (t: number) => (clean - schedule.logSnr(t)) / range;
  const speed = (t: number) => -schedule.slope(inside(t)) / range;
  return {
    place,
    speed,
    timesOf: (places) => ({
      quantile: (p) => schedule.time(clean - range * places.quantile(p)),
      density: (t) => places.density(place(t)) * speed(t),
    }),
  };
}
