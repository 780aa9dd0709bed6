/**
 * The variance exploding process: data keep their scale and noise grows around them.
 *
 *     alpha = 1,   sigma = e^(−λ/2);   dx = √(d sigma²/dt) dw
 *
 * Song et al. 2021 (arXiv 2011.13456), eq. 9 and 30; the coordinates of Karras et al. 2022 (arXiv 2206.00364). Its natural
 * schedule is `geometric`. At log-SNR −Infinity sigma is infinite: start from a finite end.
 */
import type { ForwardProcess, NoiseSchedule } from '@tweedie/core';
import { scaled } from './internal/scaled.js';

/** Variance exploding process over `schedule`, `x_t = x0 + sigma·eps`. */
export function varianceExploding(schedule: NoiseSchedule): ForwardProcess {
  const scale = (logSnr: number) => ({ alpha: 1, sigma: Math.exp(-logSnr / 2) });
  return { ...scaled(schedule, scale, () => 0), drift: () => 0 };
}
