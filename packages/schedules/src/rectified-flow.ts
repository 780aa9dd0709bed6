/**
 * The schedule of rectified flow and of flow matching with the straight path: `sigma = t` and `alpha = 1 − t` under the linear
 * interpolant, so that
 *
 *     logSnr(t) = 2 ln((1 − t)/t)
 *
 * Liu et al. 2022 (arXiv 2209.03003), Lipman et al. 2022 (arXiv 2210.02747), with time from data to noise. The "shift" of
 * Stable Diffusion 3 (Esser et al. 2024, arXiv 2403.03206, eq. 23) by a factor `m` is `shifted(rectifiedFlow(), 1 / m)`;
 * `dynamicShift` gives `m` for the length of an image sequence.
 */
import type { NoiseSchedule } from '@tweedie/core';

/** Straight-path noise schedule. `logSnr` is +Infinity at `t = 0` and -Infinity at `t = 1`. */
export function rectifiedFlow(): NoiseSchedule {
  return {
    logSnr: (t) => 2 * (Math.log(1 - t) - Math.log(t)),
    time: (logSnr) => 1 / (1 + Math.exp(logSnr / 2)),
    slope: (t) => -2 / (t * (1 - t)),
  };
}
