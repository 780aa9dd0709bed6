import type { ForwardProcess, NoiseLevel, NoiseSchedule } from '@tweedie/core';

/** How far inside an end the SDE coefficients are read, where the slope of the schedule is infinite. */
const INSIDE = 2 ** -40;

/**
 * A process from a schedule and a scale. Its SDE follows from both (Kingma et al. 2021, arXiv 2107.00630, eq. 14–15):
 *
 *     drift = (d ln alpha / dλ)·λ'(t),   diffusion = d sigma²/dt − 2·drift·sigma² = −λ'(t)·sigma²
 *
 * @param scale `alpha` and `sigma` at a log-SNR
 * @param growth `d ln alpha / dλ` at a level
 */
export function scaled(
  schedule: NoiseSchedule,
  scale: (logSnr: number) => { readonly alpha: number; readonly sigma: number },
  growth: (level: NoiseLevel) => number,
): ForwardProcess {
  const at = (t: number): NoiseLevel => {
    const logSnr = schedule.logSnr(t);
    return { t, ...scale(logSnr), logSnr };
  };
  // Where sigma is 0 and the slope infinite the product has a limit, but floating point has not.
  const sde = (coefficient: (level: NoiseLevel, slope: number) => number) => (t: number) => {
    const value = coefficient(at(t), schedule.slope(t));
    if (!Number.isNaN(value)) return value;
    const inside = t < 0.5 ? t + INSIDE : t - INSIDE;
    return coefficient(at(inside), schedule.slope(inside));
  };
  return {
    schedule,
    at,
    level: (logSnr) => ({ t: schedule.time(logSnr), ...scale(logSnr), logSnr }),
    drift: sde((level, slope) => growth(level) * slope),
    diffusion: sde((level, slope) => -slope * level.sigma ** 2),
  };
}
