/**
 * The Cauchy schedule: under uniform times log-SNR has the Cauchy distribution, a peak with heavy tails,
 *
 *     logSnr(t) = location + scale·cot(πt)
 *
 * Hang et al. 2024 (arXiv 2407.03297), table 1. Unbounded at both ends: `clamped(cauchy(), { min: -10, max: 10 })`.
 *
 * @param {{ readonly location?: number, readonly scale?: number }} [options] of log-SNR; 0 and 1 by default
 * @returns {import('@tweedie/core').NoiseSchedule}
 */
export function cauchy({ location = 0, scale = 1 } = {}) {
  if (!Number.isFinite(location)) throw new RangeError(`\`location\` must be finite, got ${location}`);
  if (!(scale > 0 && scale < Infinity)) throw new RangeError(`\`scale\` must be positive, got ${scale}`);
  return {
    logSnr: (t) => location + scale * (t <= 0.5 ? 1 / Math.tan(Math.PI * t) : -1 / Math.tan(Math.PI * (1 - t))),
    time: (logSnr) => Math.atan2(scale, logSnr - location) / Math.PI,
    slope: (t) => (-Math.PI * scale) / Math.sin(Math.PI * t) ** 2,
  };
}
