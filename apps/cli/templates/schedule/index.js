/**
 * Log-SNR, ln(alpha² / sigma²), falls from `max` at time 0 (data) to `min` at time 1 (noise).
 *
 * @param {{ readonly min?: number, readonly max?: number }} [options]
 * @returns {import('@tweedie/core').NoiseSchedule}
 */
export function pluginName({ min = -10, max = 10 } = {}) {
  return {
    logSnr: (t) => max + (min - max) * t,
    time: (logSnr) => Math.min(1, Math.max(0, (max - logSnr) / (max - min))),
    // TODO: the slope is the derivative of logSnr, negative: `min - max`
    slope: () => max - min,
  };
}
