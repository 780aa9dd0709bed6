import { invalid, type NoiseSchedule } from '@tweedie/core';
import type { TimeDensity } from '../times/drawn.js';
import { inside } from './inside.js';
import { root } from './root.js';

/** A distribution of location 0 and scale 1. */
export interface Standard {
  quantile(p: number): number;
  density(z: number): number;
}

/** A function of time that rises, to or from anywhere. */
export interface Rising {
  value(t: number): number;
  time(value: number): number;
  slope(t: number): number;
}

/** By how much a value at an edge may miss it, once it has been a time. */
const ROUNDING = 1e-9;
/** The least share of a distribution that a schedule must hold. */
const LEAST = 1e-6;

/**
 * The density of time under which `of(t)` has the distribution `location + scale·z`, cut to the values that `of` takes and to
 * `range`.
 * @throws RangeError (`density-outside`) if next to nothing of the distribution is there
 */
export function located(
  standard: Standard,
  options: { readonly location: number; readonly scale: number; readonly range?: readonly [low: number, high: number] },
  of: Rising,
): TimeDensity {
  const { location, scale, range: [least, most] = [-Infinity, Infinity] } = options;
  const [from, to] = [Math.max(least, of.value(inside(0))), Math.min(most, of.value(inside(1)))];
  const below = (value: number) => root((p) => standard.quantile(inside(p)) - (value - location) / scale, 0, 1);
  const low = below(from);
  const mass = below(to) - low;
  if (!(mass >= LEAST))
    throw invalid(
      'density-outside',
      `the times must have a millionth or more of the distribution between them, from ${from} to ${to} on its axis, got location ${location} and scale ${scale}`,
    );
  return {
    quantile: (p) => of.time(location + scale * standard.quantile(inside(low + mass * p))),
    density(t) {
      const value = of.value(t);
      if (!(from - ROUNDING <= value && value <= to + ROUNDING)) return 0;
      return (standard.density((value - location) / scale) * of.slope(t)) / (scale * mass);
    },
  };
}

/** `ln(σ/α)` of a schedule, `−λ/2`. */
export function logRatio(schedule: NoiseSchedule): Rising {
  return {
    value: (t) => -schedule.logSnr(t) / 2,
    time: (value) => schedule.time(-2 * value),
    slope: (t) => -schedule.slope(t) / 2,
  };
}
