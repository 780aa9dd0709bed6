/**
 * One schedule in three scales, minimal on purpose: the kit depends on core alone. With `λ = ln(alpha²/sigma²)`,
 *
 *     variance preserving  alpha² = sigmoid(λ),  sigma² = sigmoid(−λ)
 *     variance exploding   alpha = 1,            sigma = exp(−λ/2)
 *     flow                 alpha = sigmoid(λ/2), sigma = sigmoid(−λ/2)
 *
 * The SDE follows from each: drift `(ln alpha)'`, diffusion `−λ'·sigma²`.
 */
import type { ForwardProcess, NoiseLevel, NoiseSchedule } from '@tweedie/core';

/** The schedule with `logSnr` linear in time, from `max` at 0 to `min` at 1. */
export function linearLogSnr({ min, max }: { readonly min: number; readonly max: number }): NoiseSchedule {
  return {
    logSnr: (t) => max + (min - max) * t,
    time: (logSnr) => Math.min(1, Math.max(0, (logSnr - max) / (min - max))),
    slope: () => min - max,
  };
}

/** The names of the {@link forms}. */
export type Form = 'variance preserving' | 'variance exploding' | 'flow';

/** The three processes of one schedule. */
export function forms(schedule: NoiseSchedule): Readonly<Record<Form, ForwardProcess>> {
  return {
    'variance preserving': form(
      schedule,
      (logSnr) => [Math.sqrt(sigmoid(logSnr)), Math.sqrt(sigmoid(-logSnr))],
      ({ sigma }) => sigma ** 2 / 2,
    ),
    'variance exploding': form(
      schedule,
      (logSnr) => [1, Math.exp(-logSnr / 2)],
      () => 0,
    ),
    flow: form(
      schedule,
      (logSnr) => [sigmoid(logSnr / 2), sigmoid(-logSnr / 2)],
      ({ sigma }) => sigma / 2,
    ),
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function form(
  schedule: NoiseSchedule,
  scale: (logSnr: number) => readonly [alpha: number, sigma: number],
  /** The derivative of `ln alpha` by log-SNR. */
  logAlphaSlope: (level: NoiseLevel) => number,
): ForwardProcess {
  const make = (t: number, logSnr: number): NoiseLevel => {
    const [alpha, sigma] = scale(logSnr);
    return { t, alpha, sigma, logSnr };
  };
  const at = (t: number) => make(t, schedule.logSnr(t));
  return {
    schedule,
    at,
    level: (logSnr) => make(schedule.time(logSnr), logSnr),
    drift: (t) => logAlphaSlope(at(t)) * schedule.slope(t),
    diffusion: (t) => -schedule.slope(t) * at(t).sigma ** 2,
  };
}
