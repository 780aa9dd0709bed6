/** Whether what calls itself a schedule is one, before a run trusts it. */
import type { NoiseSchedule } from '@tweedie/core';

const TIMES = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95];

/** What is wrong with a schedule, or undefined: log-SNR falls, `time` undoes it, `slope` is its derivative. */
export function scheduleComplaint({ logSnr, time, slope }: NoiseSchedule): string | undefined {
  for (const t of TIMES) {
    const [lambda, h] = [logSnr(t), 1e-4];
    const rise = logSnr(t + h) - logSnr(t - h);
    if (!(rise < 0)) return `is no schedule: logSnr must fall with t, and does not at t = ${t}`;
    if (!(Math.abs(time(lambda) - t) < 1e-6))
      return `is no schedule: time must undo logSnr, and time(logSnr(${t})) is ${time(lambda)}`;
    const derivative = rise / (2 * h);
    if (!(Math.abs(slope(t) - derivative) <= 0.01 * Math.abs(derivative)))
      return `is no schedule: slope must be the derivative of logSnr, about ${derivative.toPrecision(4)} at t = ${t}, got ${slope(t)}`;
  }
  return undefined;
}
